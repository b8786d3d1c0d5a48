// The batches that one destination holds in memory: first in, first out. The destination bounds it in bytes.

import { estimateMemoryBytes, type QueuedBatch } from './queued-batch.js';

// Array.shift moves every item, so the head index moves instead. The array shrinks when half of it is empty.
const MIN_GAP = 64;

/** A first-in, first-out queue that counts the memory of its items. */
export class BatchQueue {
  #items: (QueuedBatch | undefined)[] = [];
  #head = 0;
  #bytes = 0;

  /** The bytes of memory that the queued batches take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the oldest batch, which stays in the queue. */
  peek(): QueuedBatch | undefined {
    return this.#items[this.#head];
  }

  /** Adds a batch at the end. */
  push(batch: QueuedBatch): void {
    this.#items.push(batch);
    this.#bytes += estimateMemoryBytes(batch);
  }

  /** Removes and returns the oldest batch. */
  shift(): QueuedBatch | undefined {
    const batch = this.#items[this.#head];
    if (batch === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head > MIN_GAP && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= estimateMemoryBytes(batch);
    return batch;
  }
}
