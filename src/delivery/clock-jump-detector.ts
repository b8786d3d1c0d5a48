// Notices that the wall clock was set, or that the machine slept: the time that passed and the time that the clock shows
// drift apart. Delivery itself waits on the monotonic clock and does not care; the times in the spans do.

import type { Clock } from '../core/clock.js';
import type { Diagnostic } from '../core/diagnostic.js';

// NTP corrects by less than a second; a minute is a clock that somebody set.
const TOLERANCE_MS = 60_000;

/** Compares the two clocks of the machine. */
export class ClockJumpDetector {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** The diagnostic of a jump since the last call; undefined if there was none. */
  look(): Diagnostic | undefined {
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
