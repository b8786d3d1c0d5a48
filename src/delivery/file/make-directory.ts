// Creates a directory with its parents. `mkdirSync` with `recursive` never returns on file systems such as /proc, which
// report "no such directory" for a directory below an existing parent.

import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a directory and its missing parents, with access for the owner only.
 *
 * @param path the directory
 * @throws the error of the file system
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
    // Another process may have created it in the meantime.
    if (!isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // It does not exist or is not accessible. The error of mkdirSync names the cause.
    return false;
  }
}
