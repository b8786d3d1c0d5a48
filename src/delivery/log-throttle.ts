// What delivery says, destination by destination: each matter when it first comes up, and again after ten minutes.

import type { Clock } from '../core/clock.js';
import type { Diagnostics, Level } from '../core/diagnostics.js';
import type { Note } from './retry-policy.js';

const AGAIN_MS = 600_000;

/** Says notes, but not the same one over and over. */
export class Voice {
  readonly #diagnostics: Diagnostics;
  readonly #clock: Clock;
  readonly #said = new Map<string, number>();

  constructor(diagnostics: Diagnostics, clock: Clock) {
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /**
   * Says a note, unless it was said within the last ten minutes.
   *
   * @param once never again at all
   */
  note({ key, message }: Note, once = false): void {
    const now = this.#clock.monotonicMs();
    const last = this.#said.get(key);
    if (last !== undefined && (once || now - last < AGAIN_MS)) return;
    this.#said.set(key, now);
    this.#diagnostics.warn(message);
  }

  /** Says something as it stands. */
  say(level: Level, message: string): void {
    this.#diagnostics[level](message);
  }
}
