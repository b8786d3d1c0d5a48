// The file operations that appending and rotating need, injected so that full and forbidden disks can be played in tests.
// All are synchronous, as the spool's are: half a megabyte into the page cache takes about 0.2 ms, and the last line is
// written while the process exits.

import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** File operations; each throws as node:fs does. */
export interface LineFileSystem {
  /** Opens a file for appending, and makes it where there is none. */
  append(path: string): number;
  /** Makes an empty file that must not exist. */
  createNew(path: string): void;
  /** Which file a path or an open file is, and how long; undefined where there is none. */
  stat(file: string | number): FileStatus | undefined;
  /** Whether the last byte of so many is a line end; true where the file may not be read. */
  endsInLine(path: string, size: number): boolean;
  /** Writes what fits and answers how much it was. */
  write(fd: number, bytes: Uint8Array, offset: number): number;
  truncate(fd: number, size: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  list(directory: string): readonly string[];
  remove(path: string): void;
}

/** A file, told apart from others. */
export interface FileStatus {
  /** Device and inode. */
  readonly identity: string;
  readonly size: number;
  /** Devices and pipes have no size, and are neither renamed nor cut. */
  readonly isFile: boolean;
}

// Spans may tell of customers: nobody but the owner reads them. The Collector's exporter does the same.
const MODE = 0o600;
const LINE_END = 0x0a;

/** node:fs. */
export const nodeLineFileSystem: LineFileSystem = {
  // Without O_NONBLOCK a pipe that nobody reads would stop the process here.
  append: path =>
    openSync(
      path,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0),
      MODE,
    ),
  createNew: path => closeSync(openSync(path, 'wx', MODE)),
  stat(file) {
    const stats =
      typeof file === 'number'
        ? fstatSync(file, { bigint: true })
        : statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    return { identity: `${stats.dev}:${stats.ino}`, size: Number(stats.size), isFile: stats.isFile() };
  },
  endsInLine(path, size) {
    let fd: number | undefined;
    try {
      fd = openSync(path, 'r');
      const last = Buffer.alloc(1);
      return readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === LINE_END;
    } catch {
      // It may be written and not read: then its lines are taken to be whole.
      return true;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  },
  write: (fd, bytes, offset) => writeSync(fd, bytes, offset),
  truncate: ftruncateSync,
  close: closeSync,
  rename: renameSync,
  list: path => readdirSync(path),
  remove: unlinkSync,
};
