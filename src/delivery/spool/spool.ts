// Chunks on disk: segments that this process owns, and those that dead processes have left behind.

import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { safeText } from '../../core/diagnostics.js';
import type { Chunk } from '../batcher.js';
import type { SpoolFiles } from './files.js';
import { FREE, type Owners } from './owner.js';
import { recordSize, Segment, type SpoolRecord } from './segment.js';

/** What a spool needs. */
export interface SpoolSetup {
  /** The directory of one destination. */
  readonly directory: string;
  /** Bytes that the segments of this process may take. */
  readonly maxBytes: number;
  readonly files: SpoolFiles;
  readonly owners: Owners;
  readonly clock: Clock;
  readonly random: () => number;
  /** Says what went wrong, once for each key. */
  readonly report: (key: string, message: string) => void;
}

/** What appending came to: a record, or why not. */
export type Appended = SpoolRecord | 'full' | 'broken';

const SEGMENT_BYTES = 8 * 1024 * 1024;
const NAME = /^([0-9a-z]+-[0-9a-z]+)\.([0-9a-z-]+)\.spans$/;
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/** The chunks of one destination on disk. */
export class Spool {
  readonly #setup: SpoolSetup;
  readonly #segments = new Set<Segment>();
  #parked: SpoolRecord[] = [];
  #current: Segment | undefined;

  private constructor(setup: SpoolSetup) {
    this.#setup = setup;
  }

  /** Opens a spool; undefined, with one message, where its directory cannot be used. */
  static open(setup: SpoolSetup): Spool | undefined {
    const spool = new Spool(setup);
    try {
      setup.files.makeDirectory(setup.directory);
      spool.#roll();
      return spool;
    } catch (error) {
      const why = safeText(error);
      setup.report(
        'spool',
        `the spool directory ${setup.directory} cannot be used (${why}): spans wait in memory only; ` +
          'give `delivery.spool` a directory that this process may write to',
      );
      return undefined;
    }
  }

  /** Bytes on disk. */
  get bytes(): number {
    let sum = 0;
    for (const segment of this.#segments) sum += segment.size;
    return sum;
  }

  /** Whether records are parked here. */
  get hasParked(): boolean {
    return this.#parked.length > 0;
  }

  /** Writes a chunk. Never throws. */
  append(chunk: Chunk): Appended {
    const { maxBytes, report, directory } = this.#setup;
    if (this.bytes + recordSize(chunk) > maxBytes) {
      report(
        'spool_full',
        `the spool ${directory} is full (${maxBytes} bytes); spans that find no place are dropped`,
      );
      return 'full';
    }
    try {
      return this.#writable(recordSize(chunk)).append(chunk);
    } catch (error) {
      const noSpace = NO_SPACE.has((error as NodeJS.ErrnoException).code ?? '');
      report(
        noSpace ? 'disk_full' : 'spool_broken',
        noSpace
          ? `the disk of the spool ${directory} is full; spans wait in memory only until there is room`
          : `the spool ${directory} cannot be written (${safeText(error)}); spans wait in memory only`,
      );
      return noSpace ? 'full' : 'broken';
    }
  }

  /** Puts a record at the end of those that wait on disk only. */
  park(record: SpoolRecord): void {
    this.#parked.push(record);
  }

  /** Takes the oldest record that waits on disk only. */
  take(): SpoolRecord | undefined {
    return this.#parked.shift();
  }

  /** The record is settled; a segment without open records is removed. */
  done(record: SpoolRecord): void {
    const { segment } = record;
    segment.mark(record, 'done');
    if (segment.open > 0) return;
    if (segment === this.#current) segment.clear();
    else this.#remove(segment);
  }

  /**
   * Takes over one segment that a dead process left behind; its records are parked.
   *
   * @returns the spans in it, undefined where no orphan is left
   */
  adopt(): number | undefined {
    for (const name of this.#list()) {
      const segment = this.#claim(name);
      if (segment === undefined) continue;
      const found = this.#scan(segment);
      if (found === undefined) continue;
      const { records, torn } = found;
      if (torn) {
        this.#setup.report(
          'torn',
          `${segment.path} ended in the middle of a record, or is damaged; the rest of it is cut off`,
        );
      }
      if (records.length === 0) {
        this.#remove(segment);
        continue;
      }
      for (const record of records) this.#parked.push(record);
      return records.reduce((sum, { spans }) => sum + spans, 0);
    }
    return undefined;
  }

  /** Shows other hosts that this process lives. */
  touch(): void {
    for (const { path } of this.#segments) {
      try {
        this.#setup.files.touch(path, this.#setup.clock.wallMs());
      } catch {
        // Removed under our feet; the next append says what is wrong with the directory.
      }
    }
  }

  /** Closes all files; what is not done can be taken over at once, also by this process. */
  close(): void {
    for (const segment of this.#segments) {
      if (segment.open === 0) {
        this.#remove(segment);
        continue;
      }
      segment.close();
      const name = NAME.exec(segment.path.slice(this.#setup.directory.length + 1))?.[1] ?? '';
      try {
        this.#setup.files.rename(segment.path, join(this.#setup.directory, `${name}.${FREE}.spans`));
      } catch {
        // It keeps this process's name, and is taken over when the process has gone.
      }
    }
    this.#segments.clear();
    this.#parked = [];
    this.#current = undefined;
  }

  #writable(size: number): Segment {
    const current = this.#current;
    if (current !== undefined && (current.size === 0 || current.size + size <= SEGMENT_BYTES)) return current;
    return this.#roll();
  }

  #roll(): Segment {
    const { directory, files, owners, clock, random } = this.#setup;
    const unique = Math.floor(random() * 2 ** 40).toString(36);
    const path = join(
      directory,
      `${Math.max(0, clock.wallMs()).toString(36).split('.')[0]}-${unique}.${owners.self}.spans`,
    );
    const segment = new Segment(files, path, files.create(path), 0);
    this.#segments.add(segment);
    this.#current = segment;
    return segment;
  }

  #remove(segment: Segment): void {
    segment.close();
    this.#segments.delete(segment);
    if (segment === this.#current) this.#current = undefined;
    try {
      this.#setup.files.remove(segment.path);
    } catch {
      // Somebody tidied up before us; everything in it is done.
    }
  }

  #list(): readonly string[] {
    try {
      return [...this.#setup.files.list(this.#setup.directory)].sort();
    } catch {
      // The directory has gone or is not ours to read; the next append says so.
      return [];
    }
  }

  /** Renames an orphan to our own name; undefined where it is none, or somebody was faster. */
  #claim(name: string): Segment | undefined {
    const { directory, files, owners, clock } = this.#setup;
    const [, stem, owner] = NAME.exec(name) ?? [];
    if (stem === undefined || owner === undefined) return undefined;
    const from = join(directory, name);
    const to = join(directory, `${stem}.${owners.self}.spans`);
    try {
      if (from === to || !owners.isGone(owner, clock.wallMs() - files.modifiedMs(from))) return undefined;
      files.rename(from, to);
      files.touch(to, clock.wallMs());
      const fd = files.open(to);
      const segment = new Segment(files, to, fd, files.size(fd));
      this.#segments.add(segment);
      return segment;
    } catch {
      // Another process took it, or it may not be read: then it is not ours.
      return undefined;
    }
  }

  /** What a segment holds; one that cannot be read is left as it is, and nobody's until this process has gone. */
  #scan(segment: Segment): ReturnType<Segment['scan']> | undefined {
    try {
      return segment.scan();
    } catch (error) {
      this.#setup.report('spool_unreadable', `${segment.path} cannot be read: ${safeText(error)}`);
      segment.close();
      this.#segments.delete(segment);
      return undefined;
    }
  }
}
