// One file of the spool: records one after another, each with its state, length and checksum.
//
//   "DOTS" | state | version 1 | 0 0 | spans u32 | length u32 | crc32 u32 | length bytes of request
//
// Numbers are little endian; the checksum covers spans, length and bytes. The state is changed in place: W waiting,
// F sent without an answer yet, D done. A file whose tail was torn off by a crash is cut at its last whole record.

import * as zlib from 'node:zlib';
import type { Chunk } from '../batcher.js';
import type { SpoolFiles } from './files.js';

/** Where a record stands. */
export type RecordState = 'waiting' | 'inFlight' | 'done';

/** A chunk on disk. */
export interface SpoolRecord {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
  readonly spans: number;
  state: RecordState;
}

const HEADER_BYTES = 20;
const MAGIC = Buffer.from('DOTS');
const VERSION = 1;
const STATES: Readonly<Record<RecordState, number>> = { waiting: 0x57, inFlight: 0x46, done: 0x44 };

/** Bytes that a chunk takes on disk. */
export function recordSize(chunk: Chunk): number {
  return HEADER_BYTES + chunk.bytes.length;
}

/** An open segment file. */
export class Segment {
  path: string;
  readonly #files: SpoolFiles;
  readonly #fd: number;
  #size: number;
  #open = 0;

  constructor(files: SpoolFiles, path: string, fd: number, size: number) {
    this.#files = files;
    this.path = path;
    this.#fd = fd;
    this.#size = size;
  }

  /** Bytes on disk. */
  get size(): number {
    return this.#size;
  }

  /** Records that are not done. */
  get open(): number {
    return this.#open;
  }

  /**
   * Appends a record.
   *
   * @throws what the file system throws; the file then ends where it did before
   */
  append(chunk: Chunk): SpoolRecord {
    const header = Buffer.alloc(HEADER_BYTES);
    MAGIC.copy(header);
    header[4] = STATES.waiting;
    header[5] = VERSION;
    header.writeUInt32LE(chunk.spans, 8);
    header.writeUInt32LE(chunk.bytes.length, 12);
    header.writeUInt32LE(checksum(header, chunk.bytes), 16);
    const offset = this.#size;
    try {
      this.#files.write(this.#fd, header, offset);
      this.#files.write(this.#fd, chunk.bytes, offset + HEADER_BYTES);
    } catch (error) {
      this.#cut(offset);
      throw error;
    }
    this.#size = offset + HEADER_BYTES + chunk.bytes.length;
    this.#open++;
    return { segment: this, offset, length: chunk.bytes.length, spans: chunk.spans, state: 'waiting' };
  }

  /** The bytes of a record; undefined where they cannot be read or are not what was written. */
  read(record: SpoolRecord): Uint8Array | undefined {
    const whole = Buffer.allocUnsafeSlow(HEADER_BYTES + record.length);
    try {
      if (this.#files.read(this.#fd, whole, record.offset) < whole.length) return undefined;
    } catch {
      // An unreadable disk: the caller counts the spans as lost and says so.
      return undefined;
    }
    const bytes = whole.subarray(HEADER_BYTES);
    return whole.readUInt32LE(16) === checksum(whole, bytes) ? bytes : undefined;
  }

  /** Changes a record's state, on disk too. */
  mark(record: SpoolRecord, state: RecordState): void {
    if (record.state === state || record.state === 'done') return;
    record.state = state;
    if (state === 'done') this.#open--;
    try {
      this.#files.write(this.#fd, Uint8Array.of(STATES[state]), record.offset + 4);
    } catch {
      // The disk has gone; at worst the record is sent once more by the next process.
    }
  }

  /**
   * Finds the records of a file that another process wrote, and cuts what is torn off at its end.
   *
   * @throws what the file system throws, and where another version of this package wrote the file
   */
  scan(): { readonly records: readonly SpoolRecord[]; readonly torn: boolean } {
    const records: SpoolRecord[] = [];
    const header = Buffer.alloc(HEADER_BYTES);
    let offset = 0;
    while (offset + HEADER_BYTES <= this.#size) {
      if (this.#files.read(this.#fd, header, offset) < HEADER_BYTES) break;
      const length = header.readUInt32LE(12);
      const isRecord = header.subarray(0, 4).equals(MAGIC);
      if (isRecord && header[5] !== VERSION)
        throw new Error(`it has format version ${header[5]}, not ${VERSION}`);
      if (!isRecord || offset + HEADER_BYTES + length > this.#size) break;
      const state = stateOf(header[4]);
      if (state !== 'done') {
        records.push({ segment: this, offset, length, spans: header.readUInt32LE(8), state });
      }
      offset += HEADER_BYTES + length;
    }
    const torn = offset < this.#size;
    if (torn) this.#cut(offset);
    this.#open = records.length;
    return { records, torn };
  }

  /** Empties the file, so that it can be used again. */
  clear(): void {
    this.#cut(0);
  }

  close(): void {
    try {
      this.#files.close(this.#fd);
    } catch {
      // Closed already, or the disk has gone; there is nothing to release then.
    }
  }

  #cut(size: number): void {
    try {
      this.#files.truncate(this.#fd, size);
    } catch {
      // The torn tail stays and is cut by whoever reads the file next; new records go on writing over it.
    }
    this.#size = size;
  }
}

function stateOf(byte: number | undefined): RecordState {
  if (byte === STATES.done) return 'done';
  return byte === STATES.inFlight ? 'inFlight' : 'waiting';
}

function checksum(header: Uint8Array, bytes: Uint8Array): number {
  return crc32(bytes, crc32(header.subarray(8, 16), 0));
}

let table: Uint32Array | undefined;

/** CRC-32 (IEEE 802.3); Node has it natively from 20.15, about fifty times as fast. */
export function crc32(bytes: Uint8Array, seed: number): number {
  if (typeof zlib.crc32 === 'function') return zlib.crc32(bytes, seed);
  return slowCrc32(bytes, seed);
}

/** The same, for Node before 20.15. */
export function slowCrc32(bytes: Uint8Array, seed: number): number {
  table ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
    return value;
  });
  let value = ~seed;
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
