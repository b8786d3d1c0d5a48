// A file of lines that several processes may append to, and that is put aside when it is full.
//
// Each line goes out in one write to a file opened for appending, so the system keeps the lines of several processes whole.
// Before each write the path is looked at: another process, or logrotate, may have put the file aside.

import { rotateFile, removeOldBackups } from './rotate-file.js';
import type { LineFileSystem, FileStatus } from './line-file-system.js';

/** What a file of lines needs. */
export interface LineFileOptions {
  readonly path: string;
  /** Bytes after which it is put aside; a single line may be longer. */
  readonly maxBytes: number;
  /** Full files that are kept. */
  readonly maxBackups: number;
  readonly files: LineFileSystem;
  readonly wallMs: () => number;
}

const LINE_END = Uint8Array.of(0x0a);

/** A file of lines. */
export class LineFile {
  readonly #options: LineFileOptions;
  #fd: number | undefined;
  #isTorn = false;

  constructor(options: LineFileOptions) {
    this.#options = options;
  }

  /**
   * Appends a line. What a full disk took of it is taken back, so that it can be written again.
   *
   * @param line with its line end
   * @throws what the file system throws
   */
  append(line: Uint8Array): void {
    const { files } = this.#options;
    const { fd, before } = this.#open(line.length);
    let done = 0;
    try {
      // What broke off and could not be taken back gets its end, so that it costs no line but itself.
      if (this.#isTorn && files.write(fd, LINE_END, 0) === 1) this.#isTorn = false;
      while (done < line.length) done += files.write(fd, line, done);
    } catch (error) {
      if (done > 0) this.#takeBack(fd, before.size, done);
      throw error;
    }
  }

  close(): void {
    if (this.#fd === undefined) return;
    try {
      this.#options.files.close(this.#fd);
    } catch {
      // Written it is; that the disk cannot even close it helps nobody to know.
    }
    this.#fd = undefined;
  }

  /** The open file with room for so many bytes. */
  #open(size: number): { fd: number; before: FileStatus } {
    const { path, maxBytes, maxBackups, files, wallMs } = this.#options;
    const there = files.stat(path);
    if (there?.isFile && there.size > 0 && there.size + size > maxBytes) {
      this.close();
      rotateFile(path, wallMs(), files);
      removeOldBackups(path, maxBackups, files);
    } else if (this.#fd !== undefined && there?.identity !== files.stat(this.#fd)?.identity) {
      this.close();
    }
    const isNew = this.#fd === undefined;
    const fd = (this.#fd ??= files.append(path));
    const before = files.stat(fd);
    if (before === undefined) throw new TypeError('unreachable: an open file exists');
    // The machine may have gone down in the middle of a line.
    if (isNew) this.#isTorn = before.isFile && before.size > 0 && !files.endsInLine(path, before.size);
    return { fd, before };
  }

  #takeBack(fd: number, before: number, done: number): void {
    const { files } = this.#options;
    try {
      const now = files.stat(fd);
      // Where another process has written behind it nothing can be cut.
      if (now?.isFile && now.size === before + done) files.truncate(fd, before);
      else this.#isTorn = true;
    } catch {
      // The disk is in trouble; the error that led here is the one that is told.
      this.#isTorn = true;
    }
  }
}
