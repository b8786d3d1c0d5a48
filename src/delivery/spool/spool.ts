// The batches of one destination on disk: the segments of this process, and those that ended processes have left behind.

import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { safeText } from '../../core/diagnostics.js';
import { getErrorCode } from '../../core/error-code.js';
import type { EncodedBatch } from '../batch/batch.js';
import { measureRecord, Segment, type SpoolRecord } from './segment.js';
import { type SegmentOwners, UNOWNED } from './segment-owner.js';
import type { SpoolFileSystem } from './spool-file-system.js';

/** The dependencies of a spool. */
export interface SpoolParts {
  /** The directory of one destination. */
  readonly directory: string;
  /** The bytes that the segments of this process may take. */
  readonly maxBytes: number;
  readonly fileSystem: SpoolFileSystem;
  readonly segmentOwners: SegmentOwners;
  readonly clock: Clock;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  /** Receives each problem. The caller limits repetitions. */
  readonly report: (diagnostic: Diagnostic) => void;
}

/** The result of an append: a record, or the reason for which there is none. */
export type AppendResult = SpoolRecord | 'full' | 'broken';

const SEGMENT_BYTES = 8 * 1024 * 1024;
const NAME = /^([0-9a-z]+-[0-9a-z]+)\.([0-9a-z-]+)\.spans$/;
const DISK_FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** The batches of one destination on disk. */
export class Spool {
  readonly #parts: SpoolParts;
  readonly #segments = new Set<Segment>();
  /** The records that wait on disk only, oldest first. */
  #queue: SpoolRecord[] = [];
  #current: Segment | undefined;

  private constructor(parts: SpoolParts) {
    this.#parts = parts;
  }

  /** Opens a spool. Reports a directory that cannot be used and returns undefined. */
  static open(parts: SpoolParts): Spool | undefined {
    const { directory, fileSystem, report } = parts;
    const spool = new Spool(parts);
    try {
      fileSystem.makeDirectory(directory);
      spool.#startSegment();
      return spool;
    } catch (error) {
      report({
        code: 'spool_unavailable',
        message: `the spool directory ${directory} cannot be used, so spans are kept in memory only: ${safeText(error)}`,
        why: 'Spans that do not fit into memory, and spans that are left at exit, are lost.',
        fix: 'Set delivery.spool to a directory that this process may write to.',
      });
      return undefined;
    }
  }

  /** The size on disk in bytes. */
  get bytes(): number {
    let sum = 0;
    for (const segment of this.#segments) sum += segment.size;
    return sum;
  }

  /** Whether records wait on disk only. */
  get hasQueued(): boolean {
    return this.#queue.length > 0;
  }

  /** Writes a batch. Never throws. */
  append(batch: EncodedBatch): AppendResult {
    const { maxBytes, report, directory } = this.#parts;
    if (this.bytes + measureRecord(batch) > maxBytes) {
      report({
        code: 'spool_full',
        message: `the spool ${directory} holds its maximum of ${maxBytes} bytes, and further spans are kept in memory or dropped`,
        fix: 'Raise the maxBytes option of delivery.spool.',
      });
      return 'full';
    }
    try {
      return this.#segmentWithRoom(measureRecord(batch)).append(batch);
    } catch (error) {
      const isDiskFull = DISK_FULL.has(getErrorCode(error) ?? '');
      report(isDiskFull ? createDiskFullDiagnostic(directory) : writeDiagnostic(directory, error));
      return isDiskFull ? 'full' : 'broken';
    }
  }

  /** Adds a record to those that wait on disk only. */
  enqueue(record: SpoolRecord): void {
    this.#queue.push(record);
  }

  /** Removes and returns the oldest record that waits on disk only. */
  dequeue(): SpoolRecord | undefined {
    return this.#queue.shift();
  }

  /** Marks a record as done. Removes its segment if no open record is left in it. */
  complete(record: SpoolRecord): void {
    const { segment } = record;
    segment.mark(record, 'done');
    if (segment.openRecords > 0) return;
    if (segment === this.#current) segment.clear();
    else this.#remove(segment);
  }

  /**
   * Takes over one segment of an ended process and enqueues its records.
   *
   * @returns the number of spans in it, or undefined if there is no orphan
   */
  adoptOrphan(): number | undefined {
    for (const name of this.#list()) {
      const segment = this.#claim(name);
      if (segment === undefined) continue;
      const found = this.#scan(segment);
      if (found === undefined) continue;
      const { records, isDamaged } = found;
      if (isDamaged) this.#parts.report(createDamageDiagnostic(segment.path));
      if (records.length === 0) {
        this.#remove(segment);
        continue;
      }
      for (const record of records) this.enqueue(record);
      return records.reduce((sum, { spanCount }) => sum + spanCount, 0);
    }
    return undefined;
  }

  /** Shows processes on other hosts that this process is running. */
  heartbeat(): void {
    const { fileSystem, clock } = this.#parts;
    for (const { path } of this.#segments) {
      try {
        fileSystem.touch(path, clock.wallMs());
      } catch {
        // The file was removed by another program. The next append reports a directory that is unusable.
      }
    }
  }

  /** Closes all files. Every process, this one included, can take the open records over at once. */
  close(): void {
    const { directory, fileSystem } = this.#parts;
    for (const segment of this.#segments) {
      if (segment.openRecords === 0) {
        this.#remove(segment);
        continue;
      }
      segment.close();
      const stem = NAME.exec(segment.path.slice(directory.length + 1))?.[1] ?? '';
      try {
        fileSystem.rename(segment.path, join(directory, `${stem}.${UNOWNED}.spans`));
      } catch {
        // The file keeps the owner id of this process, and is taken over when the process has ended.
      }
    }
    this.#segments.clear();
    this.#queue = [];
    this.#current = undefined;
  }

  #segmentWithRoom(bytes: number): Segment {
    const current = this.#current;
    if (current !== undefined && (current.size === 0 || current.size + bytes <= SEGMENT_BYTES))
      return current;
    return this.#startSegment();
  }

  #startSegment(): Segment {
    const { directory, fileSystem, segmentOwners, clock, random } = this.#parts;
    const time = Math.floor(Math.max(0, clock.wallMs())).toString(36);
    const unique = Math.floor(random() * 2 ** 40).toString(36);
    const path = join(directory, `${time}-${unique}.${segmentOwners.self}.spans`);
    const segment = new Segment(fileSystem, path, fileSystem.create(path), 0);
    this.#segments.add(segment);
    this.#current = segment;
    return segment;
  }

  #remove(segment: Segment): void {
    segment.close();
    this.#segments.delete(segment);
    if (segment === this.#current) this.#current = undefined;
    try {
      this.#parts.fileSystem.remove(segment.path);
    } catch {
      // Another program removed the file. Every record in it is done.
    }
  }

  #list(): readonly string[] {
    const { fileSystem, directory } = this.#parts;
    try {
      return [...fileSystem.list(directory)].sort();
    } catch {
      // The directory was removed or is not readable. The next append reports it.
      return [];
    }
  }

  /** Renames an orphan to the owner id of this process. Returns undefined for other files. */
  #claim(name: string): Segment | undefined {
    const { directory, fileSystem, segmentOwners, clock } = this.#parts;
    const [, stem, owner] = NAME.exec(name) ?? [];
    if (stem === undefined || owner === undefined) return undefined;
    const from = join(directory, name);
    const to = join(directory, `${stem}.${segmentOwners.self}.spans`);
    try {
      const idleMs = clock.wallMs() - fileSystem.modifiedMs(from);
      if (from === to || !segmentOwners.isGone(owner, idleMs)) return undefined;
      fileSystem.rename(from, to);
      fileSystem.touch(to, clock.wallMs());
      const fd = fileSystem.open(to);
      const segment = new Segment(fileSystem, to, fd, fileSystem.size(fd));
      this.#segments.add(segment);
      return segment;
    } catch {
      // Another process was faster, or the file is not accessible.
      return undefined;
    }
  }

  /** Reads the records of a segment. One that cannot be read is left on disk until this process has ended. */
  #scan(segment: Segment): ReturnType<Segment['scan']> | undefined {
    try {
      return segment.scan();
    } catch (error) {
      this.#parts.report({
        code: 'spool_segment_unreadable',
        message: `the spool file ${segment.path} cannot be read: ${safeText(error)}`,
        fix: 'Check its permissions. A file of another version of @do/trace is sent by a process with that version.',
      });
      segment.close();
      this.#segments.delete(segment);
      return undefined;
    }
  }
}

function createDiskFullDiagnostic(directory: string): Diagnostic {
  return {
    code: 'spool_disk_full',
    message: `the disk of the spool ${directory} is full, so spans are kept in memory only`,
    fix: 'Free disk space, or set delivery.spool to a directory on another disk.',
  };
}

function writeDiagnostic(directory: string, error: unknown): Diagnostic {
  return {
    code: 'spool_write_failed',
    message: `the spool ${directory} cannot be written, so spans are kept in memory only: ${safeText(error)}`,
    fix: 'Check the permissions of the directory, and its disk.',
  };
}

function createDamageDiagnostic(path: string): Diagnostic {
  return {
    code: 'spool_segment_damaged',
    message: `the spool file ${path} ends within a record or is damaged, and the rest of it was discarded`,
    why: 'The process that wrote it was probably killed, or its disk was full. The spans in the rest are lost.',
    fix: 'If it happens again without a crash, check the disk.',
  };
}
