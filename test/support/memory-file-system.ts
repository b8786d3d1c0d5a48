// A disk in memory for the spool, and owners of its segments.

import type { SegmentOwners } from '../../src/delivery/spool/segment-owner.js';
import type { SpoolFileSystem } from '../../src/delivery/spool/spool-file-system.js';

/** A disk in memory, which can be full, broken or read-only. */
export class MemoryFileSystem implements SpoolFileSystem {
  /** The content of each file, by path. */
  readonly files = new Map<string, Buffer>();
  /** The modification time of each file, by path. */
  readonly modified = new Map<string, number>();
  readonly #open = new Map<number, string>();
  #nextFd = 3;
  /** The size of the disk in bytes. */
  capacity = Number.POSITIVE_INFINITY;
  /** The error code of every write. Undefined for a disk that works. */
  errorCode: string | undefined;

  /** The number of open files. */
  get openCount(): number {
    return this.#open.size;
  }

  makeDirectory(): void {
    if (this.errorCode !== undefined) throw errorWith(this.errorCode);
  }

  list(directory: string): readonly string[] {
    return [...this.files.keys()]
      .filter(path => path.startsWith(`${directory}/`))
      .map(path => path.slice(directory.length + 1));
  }

  create(path: string): number {
    if (this.errorCode !== undefined) throw errorWith(this.errorCode);
    if (this.files.has(path)) throw errorWith('EEXIST');
    this.files.set(path, Buffer.alloc(0));
    return this.open(path);
  }

  open(path: string): number {
    if (!this.files.has(path)) throw errorWith('ENOENT');
    const fd = this.#nextFd++;
    this.#open.set(fd, path);
    return fd;
  }

  size(fd: number): number {
    return this.#content(fd).length;
  }

  read(fd: number, into: Uint8Array, position: number): number {
    return this.#content(fd).copy(into, 0, position, position + into.length);
  }

  write(fd: number, bytes: Uint8Array, position: number): void {
    if (this.errorCode !== undefined) throw errorWith(this.errorCode);
    const content = this.#content(fd);
    const size = Math.max(content.length, position + bytes.length);
    let used = 0;
    for (const file of this.files.values()) used += file.length;
    // A full disk takes the beginning of a write, as real ones do.
    const room = this.capacity - used - (size - content.length);
    const fits = room >= 0 ? bytes.length : Math.max(0, bytes.length + room);
    const next = Buffer.alloc(Math.max(content.length, position + fits));
    content.copy(next);
    next.set(bytes.subarray(0, fits), position);
    this.files.set(this.#pathOf(fd), next);
    if (fits < bytes.length) throw errorWith('ENOSPC');
  }

  truncate(fd: number, size: number): void {
    this.files.set(this.#pathOf(fd), Buffer.from(this.#content(fd).subarray(0, size)));
  }

  close(fd: number): void {
    this.#open.delete(fd);
  }

  rename(from: string, to: string): void {
    const content = this.files.get(from);
    if (content === undefined) throw errorWith('ENOENT');
    this.files.delete(from);
    this.files.set(to, content);
    for (const [fd, path] of this.#open) if (path === from) this.#open.set(fd, to);
  }

  remove(path: string): void {
    if (!this.files.delete(path)) throw errorWith('ENOENT');
  }

  touch(path: string, wallMs: number): void {
    this.modified.set(path, wallMs);
  }

  modifiedMs(path: string): number {
    return this.modified.get(path) ?? 0;
  }

  /** Leaves all files as a killed process does. */
  crash(): void {
    this.#open.clear();
  }

  #pathOf(fd: number): string {
    const path = this.#open.get(fd);
    if (path === undefined) throw errorWith('EBADF');
    return path;
  }

  #content(fd: number): Buffer {
    return this.files.get(this.#pathOf(fd)) ?? Buffer.alloc(0);
  }
}

/** Creates an error with a code of the operating system. */
export function errorWith(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Owners by name. Those in `running` have not ended. */
export class FakeSegmentOwners implements SegmentOwners {
  readonly running = new Set<string>();
  readonly self: string;

  constructor(self: string) {
    this.self = self;
    this.running.add(self);
  }

  isGone(owner: string): boolean {
    return !this.running.has(owner);
  }
}
