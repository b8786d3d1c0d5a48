// What waits in memory for one destination: first in, first out, bounded in bytes.

import type { Chunk } from './batcher.js';
import type { Waiting } from './span-accounting.js';
import type { SpoolRecord } from './spool/segment.js';

/** A chunk on its way to one destination. */
export interface Load extends Chunk {
  /** Grows with each chunk; a flush waits for all up to the newest it knows. */
  readonly seq: number;
  /** The account in which its spans are counted. */
  readonly account: Waiting;
  /** Its copy on disk, if there is one; the halves of a split chunk share it. */
  readonly copy: Copy | undefined;
  /** When it was first sent, on the monotonic clock. */
  startedMs: number | undefined;
  /** How often it was sent. */
  tries: number;
  /** A try ended without an answer after the whole request had gone out. */
  lost: boolean;
  /** Its spans are counted as `maybeDuplicated`. */
  duplicated: boolean;
}

/** A record on disk, and how many loads still stand for it. */
export interface Copy {
  readonly record: SpoolRecord;
  parts: number;
}

/**
 * A chunk that sets out.
 *
 * @param record its copy on disk; one that was under way when its process died may have arrived
 */
export function createLoad(
  chunk: Chunk,
  seq: number,
  account: Waiting,
  record: SpoolRecord | undefined,
): Load {
  return {
    bytes: chunk.bytes,
    spans: chunk.spans,
    seq,
    account,
    copy: record === undefined ? undefined : { record, parts: 1 },
    startedMs: undefined,
    tries: 0,
    lost: record?.state === 'inFlight',
    duplicated: false,
  };
}

// What a waiting chunk costs beside its bytes, so that a million tiny ones are bounded, too.
const OVERHEAD_BYTES = 256;

/** A first-in, first-out queue that knows its weight. */
export class ByteQueue {
  #items: (Load | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes held, with what holding them costs. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest, which stays. */
  peek(): Load | undefined {
    return this.#items[this.#head];
  }

  push(load: Load): void {
    this.#items.push(load);
    this.#bytes += weightOf(load);
  }

  /** Takes the oldest out. */
  shift(): Load | undefined {
    const load = this.#items[this.#head];
    if (load === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    // Array.shift moves everything; the gap is closed when it is half of the array.
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= weightOf(load);
    return load;
  }
}

/** Bytes that a load holds in memory. */
export function weightOf(load: Chunk): number {
  return load.bytes.length + OVERHEAD_BYTES;
}
