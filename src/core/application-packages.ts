// Resolves packages as the application would: OpenTelemetry's instrumentations and some propagators are not dependencies
// of this package, because the application decides on them and their versions.

import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Lists the directories in which packages of the application are resolved: that of its main script, then the working directory. */
export function listApplicationDirectories(): string[] {
  const directories: string[] = [];
  try {
    const main = process.argv[1];
    if (main !== undefined) directories.push(dirname(realpathSync(main)));
  } catch {
    // The script does not exist (`node -e`, the REPL, removed) or the runtime refuses it. The working directory remains.
  }
  try {
    directories.push(process.cwd());
  } catch {
    // The working directory was removed. The directory of the main script remains.
  }
  return [...new Set(directories)];
}

/**
 * Finds the file that the application would load for a package.
 *
 * @param name the name of the package
 * @param directories directories of the application; the first one that can resolve the package wins
 * @returns the path of the file, or undefined if no directory can resolve the package
 */
export function resolvePackage(name: string, directories: readonly string[]): string | undefined {
  for (const directory of directories) {
    try {
      return createRequireIn(directory).resolve(name);
    } catch {
      // The package is not installed for this directory. The next one may have it.
    }
  }
  return undefined;
}

/** Creates the `require` of a module in a directory. */
export function createRequireIn(directory: string): NodeJS.Require {
  return createRequire(join(directory, 'noop.js'));
}
