// A directory with its parents. `mkdirSync` with `recursive` does not come back from file systems that answer "no such
// directory" to making one beneath an existing parent, as /proc does.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory, and its parents where they are missing; for nobody but the owner.
 *
 * @throws what the file system throws
 * @example
 * makeDirectory('/var/spool/traces/otlp');
 */
export function makeDirectory(path: string): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Not there, or not to be looked at: making it says which.
    return false;
  }
}
