// Notices that the wall clock was set, or that the machine slept: the time that passed and the time that the clock shows
// drift apart. Delivery itself waits on the monotonic clock and does not care; the times in the spans do.

import type { Clock } from '../core/clock.js';

// NTP corrects by less than a second; a minute is a clock that somebody set.
const TOLERANCE_MS = 60_000;

/** Compares the two clocks of the machine. */
export class ClockWatch {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** What to say of a jump since the last look; undefined where there was none. */
  look(): string | undefined {
    const offsetMs = this.#clock.wallMs() - this.#clock.monotonicMs();
    const jumpMs = offsetMs - this.#offsetMs;
    if (Math.abs(jumpMs) < TOLERANCE_MS) return undefined;
    this.#offsetMs = offsetMs;
    const seconds = Math.round(Math.abs(jumpMs) / 1_000);
    return (
      `the clock of this machine jumped ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds} s: backends may show spans from around ` +
      'then in the wrong place; keep the clock in step (NTP), unless the machine has only slept'
    );
  }
}
