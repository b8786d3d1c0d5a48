// Limits the warnings of one destination: each is written when it first occurs, and again after ten minutes if it lasts.

import type { Clock } from '../core/clock.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { Diagnostics, Level } from '../core/diagnostics.js';

const REPEAT_AFTER_MS = 600_000;

/** The limit for one warning. */
export interface ThrottleOptions {
  /** Warnings with the same key share the limit. @default the code of the diagnostic */
  readonly key?: string;
  /** Whether the warning is never repeated. @default false */
  readonly isOnce?: boolean;
}

/** Writes the diagnostics of one destination. */
export class LogThrottle {
  readonly #diagnostics: Diagnostics;
  readonly #clock: Clock;
  readonly #writtenMs = new Map<string, number>();

  /**
   * @param diagnostics the log
   * @param clock its monotonic time limits the repetitions
   */
  constructor(diagnostics: Diagnostics, clock: Clock) {
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /** Writes a warning, unless one with the same key was written within the last ten minutes. */
  warn(diagnostic: Diagnostic, { key = diagnostic.code, isOnce = false }: ThrottleOptions = {}): void {
    const nowMs = this.#clock.monotonicMs();
    const lastMs = this.#writtenMs.get(key);
    if (lastMs !== undefined && (isOnce || nowMs - lastMs < REPEAT_AFTER_MS)) return;
    this.#writtenMs.set(key, nowMs);
    this.#diagnostics.report('warn', diagnostic);
  }

  /** Writes a diagnostic without a limit. */
  report(level: Level, diagnostic: Diagnostic): void {
    this.#diagnostics.report(level, diagnostic);
  }
}
