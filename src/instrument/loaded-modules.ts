// Finds packages that the application loaded before their instrumentation. Code that loaded them stays untraced.

import { createBuiltinRequire } from '../core/builtin-require.js';
import { sep } from 'node:path';

/** Lists the files that CommonJS has loaded, including CommonJS packages that ESM imported. */
export function listLoadedFiles(): string[] {
  return Object.keys(createBuiltinRequire().cache);
}

/**
 * Finds the packages that have loaded files.
 *
 * @param packages names in imports: `pg`, `@redis/client`
 * @param files absolute paths of loaded files
 * @returns the names of loaded packages, each once, sorted
 */
export function findLoadedPackages(packages: readonly string[], files: readonly string[]): string[] {
  const loaded = packages.filter(name => {
    const directory = `${sep}node_modules${sep}${name.split('/').join(sep)}${sep}`;
    return files.some(file => file.includes(directory));
  });
  return [...new Set(loaded)].sort();
}
