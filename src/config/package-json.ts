// The service's name and version where nobody gave one: from the package.json that the main script belongs to.

import { dirname, join, resolve } from 'node:path';

/** What the package says about the service. */
export interface PackageIdentity {
  readonly name: string;
  readonly version?: string;
}

/** Where to look. */
export interface PackageSearch {
  /** The main script, `process.argv[1]`; none in a REPL or with `--eval`. */
  readonly argv1?: string | undefined;
  /** The working directory. */
  readonly cwd: string;
  /** Reads a file as text; throws where there is none. */
  readonly readFile: (path: string) => string;
}

const MAX_LEVELS = 64;

/**
 * The nearest package.json with a name, from the main script upwards, then from the working directory upwards.
 * A package.json without a name (`{ "type": "module" }` in a build folder) is passed by. Never throws.
 */
export function findPackage(search: PackageSearch): PackageIdentity | undefined {
  const { argv1, cwd, readFile } = search;
  const main = argv1 === undefined || argv1 === '' ? undefined : dirname(resolve(cwd, argv1));
  // A main script among dependencies is a runner (next, nest, pm2); the application is where it was started.
  const isRunner = main !== undefined && /[\\/]node_modules([\\/]|$)/.test(main);
  const starts = main === undefined ? [cwd] : isRunner ? [cwd, main] : [main, cwd];
  for (const start of starts) {
    const found = searchUpwards(start, readFile);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchUpwards(start: string, readFile: (path: string) => string): PackageIdentity | undefined {
  let directory = start;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const found = readPackage(join(directory, 'package.json'), readFile);
    if (found !== undefined) return found;
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
    // No file, no right to read it, or no JSON: the next one up may have the name.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { name, version } = parsed as { readonly name?: unknown; readonly version?: unknown };
  if (typeof name !== 'string' || name.trim() === '') return undefined;
  return typeof version === 'string' && version.trim() !== '' ? { name, version } : { name };
}
