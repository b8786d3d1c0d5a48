// Modules that the application loaded before their instrumentation: they stay untraced, and nobody would know why.

import { createRequire } from 'node:module';
import { sep } from 'node:path';

/** The files that CommonJS has loaded so far, CommonJS packages that ESM imported included. */
export function listLoadedFiles(): string[] {
  return Object.keys(createRequire(process.execPath).cache);
}

/**
 * Which of the packages were loaded already.
 *
 * @param packages names as they are imported: `pg`, `@redis/client`
 * @param files absolute paths of loaded files
 */
export function findLoadedPackages(packages: readonly string[], files: readonly string[]): string[] {
  const loaded = packages.filter(name => {
    const inside = `${sep}node_modules${sep}${name.split('/').join(sep)}${sep}`;
    return files.some(file => file.includes(inside));
  });
  return [...new Set(loaded)].sort();
}
