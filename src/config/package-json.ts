// Finds the default of the service's name and version: the package.json of the main script.

import { dirname, join, resolve } from 'node:path';

/** The name and version in a package.json. */
export interface PackageIdentity {
  readonly name: string;
  readonly version?: string;
}

/** The start of the search, and the file system. */
export interface PackageSearch {
  /** The main script, `process.argv[1]`; undefined in a REPL or with `--eval`. */
  readonly argv1?: string | undefined;
  /** The working directory. */
  readonly cwd: string;
  /** Reads a file as text; throws if it does not exist. */
  readonly readFile: (path: string) => string;
}

const MAX_LEVELS = 64;

/**
 * Finds the nearest package.json with a name, from the main script upwards, then from the working directory upwards.
 * A package.json without a name (`{ "type": "module" }` in a build folder) is skipped. Never throws.
 */
export function findPackage(search: PackageSearch): PackageIdentity | undefined {
  const { argv1, cwd, readFile } = search;
  const mainDirectory = argv1 === undefined || argv1 === '' ? undefined : dirname(resolve(cwd, argv1));
  // A main script in node_modules is a runner (next, nest, pm2). The application is in the working directory then.
  const isRunner = mainDirectory !== undefined && /[\\/]node_modules([\\/]|$)/.test(mainDirectory);
  const directories =
    mainDirectory === undefined ? [cwd] : isRunner ? [cwd, mainDirectory] : [mainDirectory, cwd];
  for (const directory of directories) {
    const identity = searchUpwards(directory, readFile);
    if (identity !== undefined) return identity;
  }
  return undefined;
}

function searchUpwards(start: string, readFile: (path: string) => string): PackageIdentity | undefined {
  let directory = start;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const identity = readPackage(join(directory, 'package.json'), readFile);
    if (identity !== undefined) return identity;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
  return undefined;
}

function readPackage(path: string, readFile: (path: string) => string): PackageIdentity | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFile(path));
  } catch {
    // The file does not exist, cannot be read, or is not JSON: a parent directory may have the name.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { name, version } = parsed as { readonly name?: unknown; readonly version?: unknown };
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  return typeof version === 'string' && version.trim() !== '' ? { name, version } : { name };
}
