// Clock and timers for tests in which no real time passes.

import type { Clock } from '../../src/core/clock.js';
import type { Timers } from '../../src/core/timers.js';

interface Timer {
  readonly atMs: number;
  readonly fn: () => void;
  readonly keepAlive: boolean;
}

/** A clock with timers. Time passes only in `advance`. */
export class VirtualTime implements Clock, Timers {
  #nowMs = 0;
  #timers: Timer[] = [];
  /** The difference between the wall clock and the monotonic clock. */
  wallOffsetMs = 1_763_676_000_000;

  wallMs(): number {
    return this.#nowMs + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(ms: number, fn: () => void, keepAlive = false): () => void {
    const timer = { atMs: this.#nowMs + ms, fn, keepAlive };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter(other => other !== timer);
    };
  }

  /** Whether a timer keeps the process alive. */
  get keepsAlive(): boolean {
    return this.#timers.some(timer => timer.keepAlive);
  }

  /** Lets time pass. Calls `onStep` after each timer. */
  async advance(ms: number, onStep: () => void = () => undefined): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settlePromises();
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (next === undefined || timer.atMs < next.atMs) next = timer;
      if (next === undefined || next.atMs > endMs) break;
      const due = next;
      this.#timers = this.#timers.filter(timer => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.fn();
      await settlePromises();
      onStep();
    }
    this.#nowMs = endMs;
    onStep();
  }
}

/** Lets promises settle that wait for nothing else, however long their chains are. */
export function settlePromises(): Promise<void> {
  return new Promise(resolve => void setImmediate(resolve));
}
