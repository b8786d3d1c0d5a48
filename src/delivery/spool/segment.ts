// A segment: one file of the spool with records one after the other, each with its state, length and checksum.
//
//   "DOTS" | state | version 1 | 0 0 | spans u32 | length u32 | crc32 u32 | length bytes of request
//
// Numbers are little endian. The checksum covers spans, length and bytes. The state is changed in place: W waiting, F in
// flight (sent, no response yet), D done. A file that ends within a record, after a crash, is cut at its last whole record.

import type { EncodedBatch } from '../batch/batch.js';
import { crc32 } from './crc32.js';
import type { SpoolFileSystem } from './spool-file-system.js';

/** The state of a record. */
export type RecordState = 'waiting' | 'inFlight' | 'done';

/** A batch on disk. */
export interface SpoolRecord {
  readonly segment: Segment;
  /** The position in the file, in bytes. */
  readonly offset: number;
  /** The size of the request, in bytes. */
  readonly length: number;
  readonly spanCount: number;
  state: RecordState;
}

const HEADER_BYTES = 20;
const STATE_OFFSET = 4;
const VERSION_OFFSET = 5;
const SPANS_OFFSET = 8;
const LENGTH_OFFSET = 12;
const CHECKSUM_OFFSET = 16;
const MAGIC = Buffer.from('DOTS');
const VERSION = 1;
const STATES: Readonly<Record<RecordState, number>> = { waiting: 0x57, inFlight: 0x46, done: 0x44 };

/** The bytes that a batch takes on disk. */
export function measureRecord(batch: EncodedBatch): number {
  return HEADER_BYTES + batch.bytes.length;
}

/** An open segment file. */
export class Segment {
  path: string;
  readonly #fileSystem: SpoolFileSystem;
  readonly #fd: number;
  #size: number;
  #openRecords = 0;

  /**
   * @param fileSystem the file operations
   * @param path the path of the file
   * @param fd its descriptor
   * @param size its size in bytes
   */
  constructor(fileSystem: SpoolFileSystem, path: string, fd: number, size: number) {
    this.#fileSystem = fileSystem;
    this.path = path;
    this.#fd = fd;
    this.#size = size;
  }

  /** The size on disk in bytes. */
  get size(): number {
    return this.#size;
  }

  /** The number of records that are not done. */
  get openRecords(): number {
    return this.#openRecords;
  }

  /**
   * Appends a record.
   *
   * @throws the error of the file system; the file then has its previous size
   */
  append(batch: EncodedBatch): SpoolRecord {
    const header = Buffer.alloc(HEADER_BYTES);
    MAGIC.copy(header);
    header[STATE_OFFSET] = STATES.waiting;
    header[VERSION_OFFSET] = VERSION;
    header.writeUInt32LE(batch.spanCount, SPANS_OFFSET);
    header.writeUInt32LE(batch.bytes.length, LENGTH_OFFSET);
    header.writeUInt32LE(computeChecksum(header, batch.bytes), CHECKSUM_OFFSET);
    const offset = this.#size;
    try {
      this.#fileSystem.write(this.#fd, header, offset);
      this.#fileSystem.write(this.#fd, batch.bytes, offset + HEADER_BYTES);
    } catch (error) {
      this.#cut(offset);
      throw error;
    }
    this.#size = offset + measureRecord(batch);
    this.#openRecords++;
    const { spanCount, bytes } = batch;
    return { segment: this, offset, length: bytes.length, spanCount, state: 'waiting' };
  }

  /** Reads the request of a record. Returns undefined if it cannot be read or differs from the written one. */
  read(record: SpoolRecord): Uint8Array | undefined {
    const whole = Buffer.allocUnsafeSlow(HEADER_BYTES + record.length);
    try {
      if (this.#fileSystem.read(this.#fd, whole, record.offset) < whole.length) return undefined;
    } catch {
      // An unreadable disk: the caller counts the spans as dropped.
      return undefined;
    }
    const bytes = whole.subarray(HEADER_BYTES);
    return whole.readUInt32LE(CHECKSUM_OFFSET) === computeChecksum(whole, bytes) ? bytes : undefined;
  }

  /** Changes the state of a record, also on disk. A record that is done stays so. */
  mark(record: SpoolRecord, state: RecordState): void {
    if (record.state === state || record.state === 'done') return;
    record.state = state;
    if (state === 'done') this.#openRecords--;
    try {
      this.#fileSystem.write(this.#fd, Uint8Array.of(STATES[state]), record.offset + STATE_OFFSET);
    } catch {
      // The disk has failed. At worst the next process sends the record once more.
    }
  }

  /**
   * Finds the open records in a file that another process wrote, and cuts an incomplete record at its end.
   *
   * @throws the error of the file system, and an error for a file of another format version
   */
  scan(): { readonly records: readonly SpoolRecord[]; readonly isDamaged: boolean } {
    const records: SpoolRecord[] = [];
    const header = Buffer.alloc(HEADER_BYTES);
    let offset = 0;
    while (offset + HEADER_BYTES <= this.#size) {
      if (this.#fileSystem.read(this.#fd, header, offset) < HEADER_BYTES) break;
      const length = header.readUInt32LE(LENGTH_OFFSET);
      const version = header[VERSION_OFFSET];
      const isRecord = header.subarray(0, MAGIC.length).equals(MAGIC);
      if (isRecord && version !== VERSION) throw new Error(`format version ${version} instead of ${VERSION}`);
      if (!isRecord || offset + HEADER_BYTES + length > this.#size) break;
      const state = getSegmentState(header[STATE_OFFSET]);
      if (state !== 'done') {
        records.push({ segment: this, offset, length, spanCount: header.readUInt32LE(SPANS_OFFSET), state });
      }
      offset += HEADER_BYTES + length;
    }
    const isDamaged = offset < this.#size;
    if (isDamaged) this.#cut(offset);
    this.#openRecords = records.length;
    return { records, isDamaged };
  }

  /** Empties the file, so that it can be reused. */
  clear(): void {
    this.#cut(0);
  }

  /** Closes the file. Never throws. */
  close(): void {
    try {
      this.#fileSystem.close(this.#fd);
    } catch {
      // The file is closed already, or the disk has failed: there is nothing to release.
    }
  }

  #cut(size: number): void {
    try {
      this.#fileSystem.truncate(this.#fd, size);
    } catch {
      // The incomplete record stays, and the next reader of the file cuts it. New records overwrite it.
    }
    this.#size = size;
  }
}

function getSegmentState(byte: number | undefined): RecordState {
  if (byte === STATES.done) return 'done';
  return byte === STATES.inFlight ? 'inFlight' : 'waiting';
}

function computeChecksum(header: Uint8Array, bytes: Uint8Array): number {
  return crc32(bytes, crc32(header.subarray(SPANS_OFFSET, CHECKSUM_OFFSET), 0));
}
