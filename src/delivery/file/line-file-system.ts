// The file operations for appending and rotating, injected so that tests can simulate full and forbidden disks. All are
// synchronous, as those of the spool: half a megabyte into the page cache takes about 0.2 ms, and the last line is written
// while the process exits.

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

/** File operations. Each throws the errors of node:fs. */
export interface LineFileSystem {
  /** Opens a file for appending, and creates it if it does not exist. Returns its descriptor. */
  append(path: string): number;
  /** Creates an empty file that must not exist. */
  createNew(path: string): void;
  /** The status of a path or of an open file. Undefined if there is no file at the path. */
  stat(file: string | number): FileStatus | undefined;
  /** Whether the last byte of a file of `size` bytes is a line end. True if the file is not readable. */
  endsInLine(path: string, size: number): boolean;
  /** Writes bytes from `offset` on, as many as the disk takes, and returns their number. */
  write(fd: number, bytes: Uint8Array, offset: number): number;
  truncate(fd: number, size: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  /** The names in a directory. */
  list(directory: string): readonly string[];
  remove(path: string): void;
}

/** The identity and the size of a file. */
export interface FileStatus {
  /** Device and inode. */
  readonly identity: string;
  /** The size in bytes. */
  readonly size: number;
  /** Whether it is a regular file. Devices and pipes have no size, and are neither renamed nor truncated. */
  readonly isFile: boolean;
}

// Spans may contain data of customers, so only the owner of the process can read them. The Collector's exporter does the same.
const OWNER_ONLY = 0o600;
const LINE_END = 0x0a;

/** The file operations of node:fs. */
export const nodeLineFileSystem: LineFileSystem = {
  // O_NONBLOCK, because opening a pipe without a reader would block the process.
  append: path =>
    openSync(
      path,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0),
      OWNER_ONLY,
    ),
  createNew: path => closeSync(openSync(path, 'wx', OWNER_ONLY)),
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
      // The file may be writable and not readable. Its lines then count as complete.
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
