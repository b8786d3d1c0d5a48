// A file of lines that several processes may append to. It is rotated when it is full.
//
// Each line is written in one call to a file opened for appending, so the system keeps the lines of several processes whole.
// The path is checked before each write, because another process or logrotate may have renamed the file.

import type { FileStatus, LineFileSystem } from './line-file-system.js';
import { removeOldBackups, rotateFile } from './rotate-file.js';

/** The options of a file of lines. */
export interface LineFileOptions {
  readonly path: string;
  /** The size at which the file is rotated, in bytes. A single line may be longer. */
  readonly maxBytes: number;
  /** The number of rotated files to keep. */
  readonly maxBackups: number;
  readonly fileSystem: LineFileSystem;
  /** The current time, in milliseconds since the epoch. */
  readonly wallMs: () => number;
}

const LINE_END = Uint8Array.of(0x0a);

/** A file of lines. */
export class LineFile {
  readonly #options: LineFileOptions;
  #fd: number | undefined;
  /** Whether the file ends within a line. */
  #hasTornLine = false;

  constructor(options: LineFileOptions) {
    this.#options = options;
  }

  /**
   * Appends a line. The part of it that a full disk took is removed again, so that the line can be written later.
   *
   * @param line the line with its line end
   * @throws the error of the file system
   */
  append(line: Uint8Array): void {
    const { fileSystem } = this.#options;
    const { fd, status } = this.#open(line.length);
    let done = 0;
    try {
      // A torn line gets its end, so that it damages no other line.
      if (this.#hasTornLine && fileSystem.write(fd, LINE_END, 0) === 1) this.#hasTornLine = false;
      while (done < line.length) done += fileSystem.write(fd, line, done);
    } catch (error) {
      if (done > 0) this.#removePart(fd, status.size, done);
      throw error;
    }
  }

  /** Closes the file. Never throws. */
  close(): void {
    if (this.#fd === undefined) return;
    try {
      this.#options.fileSystem.close(this.#fd);
    } catch {
      // The lines are written. An error of close() changes nothing.
    }
    this.#fd = undefined;
  }

  /** Opens the file, and rotates it first if it has no room for `size` bytes. */
  #open(size: number): { fd: number; status: FileStatus } {
    const { path, maxBytes, maxBackups, fileSystem, wallMs } = this.#options;
    const atPath = fileSystem.stat(path);
    if (atPath?.isFile && atPath.size > 0 && atPath.size + size > maxBytes) {
      this.close();
      rotateFile(path, wallMs(), fileSystem);
      removeOldBackups(path, maxBackups, fileSystem);
    } else if (this.#fd !== undefined && atPath?.identity !== fileSystem.stat(this.#fd)?.identity) {
      this.close();
    }
    const isNewlyOpened = this.#fd === undefined;
    const fd = (this.#fd ??= fileSystem.append(path));
    const status = fileSystem.stat(fd);
    if (status === undefined) throw new TypeError('unreachable: an open file has a status');
    // The machine may have stopped in the middle of a line.
    if (isNewlyOpened) {
      this.#hasTornLine = status.isFile && status.size > 0 && !fileSystem.endsInLine(path, status.size);
    }
    return { fd, status };
  }

  /** Removes the written part of a line, if it is still the end of the file. */
  #removePart(fd: number, sizeBefore: number, written: number): void {
    const { fileSystem } = this.#options;
    try {
      const status = fileSystem.stat(fd);
      // If another process has written behind it, nothing can be removed.
      if (status?.isFile && status.size === sizeBefore + written) fileSystem.truncate(fd, sizeBefore);
      else this.#hasTornLine = true;
    } catch {
      // The disk has failed. append() throws the error of the write.
      this.#hasTornLine = true;
    }
  }
}
