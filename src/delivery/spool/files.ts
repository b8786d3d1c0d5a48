// The few file operations the spool needs, injected so that full and broken disks can be played in tests.
// All are synchronous: half a megabyte into the page cache takes about 0.2 ms, and the last write happens while the
// process exits, when nothing asynchronous runs any more.

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
import { makeDirectory } from '../make-directory.js';

/** File operations; each throws as node:fs does. */
export interface SpoolFiles {
  /** Makes a directory and its parents, for the owner only. */
  makeDirectory(path: string): void;
  list(path: string): readonly string[];
  /** Makes a file that must not exist. */
  create(path: string): number;
  /** Opens a file for reading and writing. */
  open(path: string): number;
  size(fd: number): number;
  /** Fills the buffer; the answer is shorter than it at the file's end. */
  read(fd: number, into: Uint8Array, position: number): number;
  /** Writes all bytes. */
  write(fd: number, bytes: Uint8Array, position: number): void;
  truncate(fd: number, size: number): void;
  close(fd: number): void;
  /** Atomic: of several processes that rename the same file, one succeeds. */
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Sets the time of the last change. */
  touch(path: string, wallMs: number): void;
  modifiedMs(path: string): number;
}

/** node:fs. */
export const nodeFiles: SpoolFiles = {
  makeDirectory,
  list: path => readdirSync(path),
  // Spans may tell of customers: nobody but the owner reads them.
  create: path => openSync(path, 'wx+', 0o600),
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
