// Detects that the wall clock was set or that the machine slept: wall clock and monotonic clock then differ by another
// amount than before. Delivery waits on the monotonic clock and is not affected. The times in spans are.

import type { Clock } from '../core/clock.js';
import type { Diagnostic } from '../core/diagnostic.js';

// NTP corrects a clock by less than a second at a time.
const TOLERANCE_MS = 60_000;

/** Compares the wall clock with the monotonic clock. */
export class ClockJumpDetector {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** Returns the diagnostic of a jump since the last call, or undefined. */
  detect(): Diagnostic | undefined {
    const offsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    const jumpMs = offsetMs - this.#offsetMs;
    if (Math.abs(jumpMs) < TOLERANCE_MS) return undefined;
    this.#offsetMs = offsetMs;
    const seconds = Math.round(Math.abs(jumpMs) / 1_000);
    return {
      code: 'clock_jumped',
      message: `the clock of this machine jumped ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds} s`,
      why: 'Backends may show the spans around the jump at the wrong time.',
      fix: 'Synchronize the clock with NTP. After a sleep of the machine there is nothing to do.',
    };
  }
}
