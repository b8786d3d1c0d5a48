// The file operations of the spool, injected so that tests can simulate full and broken disks. All are synchronous: half a
// megabyte into the page cache takes about 0.2 ms, and the last write happens while the process exits, when asynchronous
// work no longer runs.

import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { makeDirectory } from '../file/make-directory.js';

/** File operations. Each throws the errors of node:fs. */
export interface SpoolFileSystem {
  /** Creates a directory and its parents, with access for the owner only. */
  makeDirectory(path: string): void;
  /** The names in a directory. */
  list(path: string): readonly string[];
  /** Creates a file that must not exist, and returns its descriptor. */
  create(path: string): number;
  /** Opens a file for reading and writing, and returns its descriptor. */
  open(path: string): number;
  /** The size of an open file in bytes. */
  size(fd: number): number;
  /** Reads until the buffer is full or the file ends, and returns the number of bytes. */
  read(fd: number, into: Uint8Array, position: number): number;
  /** Writes all bytes. */
  write(fd: number, bytes: Uint8Array, position: number): void;
  truncate(fd: number, size: number): void;
  close(fd: number): void;
  /** Renames a file. Atomic: of several processes that rename the same file, one succeeds. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Sets the modification time, in milliseconds since the epoch. */
  touch(path: string, wallMs: number): void;
  /** The modification time, in milliseconds since the epoch. */
  modifiedMs(path: string): number;
}

// Spans may contain data of customers, so only the owner of the process can read them.
const OWNER_ONLY = 0o600;

/** The file operations of node:fs. */
export const nodeSpoolFileSystem: SpoolFileSystem = {
  makeDirectory,
  list: path => readdirSync(path),
  create: path => openSync(path, 'wx+', OWNER_ONLY),
  open: path => openSync(path, 'r+'),
  size: fd => fstatSync(fd).size,
  read(fd, into, position) {
    let done = 0;
    while (done < into.length) {
      const count = readSync(fd, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write(fd, bytes, position) {
    let done = 0;
    while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  },
  truncate: ftruncateSync,
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  touch: (path, wallMs) => utimesSync(path, wallMs / 1_000, wallMs / 1_000),
  modifiedMs: path => statSync(path).mtimeMs,
};
