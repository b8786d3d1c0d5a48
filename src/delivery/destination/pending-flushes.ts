// The flushes that wait for one destination. Each ends when its batches are done, at its time limit, or when the backend
// cannot take them within the limit.

import type { Clock } from '../../core/clock.js';
import type { Timers } from '../../core/timers.js';

/** The dependencies of the pending flushes. */
export interface PendingFlushesOptions {
  readonly timers: Timers;
  readonly clock: Clock;
  /** Called with true when a flush begins to wait, and with false when the last one has ended. */
  readonly onWaiting: (isWaiting: boolean) => void;
  /** Called when a flush ends without its batches being done. */
  readonly onAbandoned: (sequence: number) => void;
}

interface PendingFlush {
  /** The newest batch that the flush waits for. */
  readonly sequence: number;
  readonly deadlineMs: number;
  readonly end: (isDrained: boolean) => void;
}

/** The flushes that wait for the batches of one destination. */
export class PendingFlushes {
  readonly #options: PendingFlushesOptions;
  readonly #flushes = new Set<PendingFlush>();

  constructor(options: PendingFlushesOptions) {
    this.#options = options;
  }

  /**
   * Waits until the batches up to `sequence` are done.
   *
   * @param sequence the newest batch
   * @param timeoutMs the time limit; its timer keeps the process alive
   * @returns whether the batches are done
   */
  wait(sequence: number, timeoutMs: number): Promise<boolean> {
    const { timers, clock, onWaiting, onAbandoned } = this.#options;
    return new Promise(resolve => {
      const flush: PendingFlush = {
        sequence,
        deadlineMs: clock.monotonicMs() + timeoutMs,
        end: isDrained => {
          if (!this.#flushes.delete(flush)) return;
          if (!isDrained) onAbandoned(sequence);
          cancelTimer();
          if (this.#flushes.size === 0) onWaiting(false);
          resolve(isDrained);
        },
      };
      const cancelTimer = timers.after(timeoutMs, () => flush.end(false), true);
      this.#flushes.add(flush);
      onWaiting(true);
    });
  }

  /** Ends the flushes whose batches are done. */
  endDrained(isDrained: (sequence: number) => boolean): void {
    for (const flush of this.#flushes) {
      if (isDrained(flush.sequence)) flush.end(true);
    }
  }

  /** Ends the flushes whose limit is before a time on the monotonic clock. */
  abandonBefore(timeMs: number): void {
    for (const flush of this.#flushes) {
      if (timeMs > flush.deadlineMs) flush.end(false);
    }
  }

  /** Ends all flushes. */
  abandonAll(): void {
    for (const flush of this.#flushes) flush.end(false);
  }
}
