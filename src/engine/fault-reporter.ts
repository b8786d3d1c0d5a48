// What samplers, id generators and processors do wrong, each said once.

import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';

/** Reports faults of what was handed in from outside. */
export class FaultReporter {
  readonly #given: Diagnostics | undefined;
  readonly #known = new WeakSet<object>();
  /** Calls on spans that had already ended. */
  lateCalls = 0;

  /** @param diagnostics where to say it. @default those of `init()`, whichever they are at the time */
  constructor(diagnostics: Diagnostics | undefined) {
    this.#given = diagnostics;
  }

  get #diagnostics(): Diagnostics {
    return this.#given ?? globalState.diagnostics;
  }

  /** Reports something that threw or answered nonsense: once for each offender. */
  reportFailure(offender: object | undefined, what: string, method: string, error: unknown): void {
    if (offender !== undefined) {
      if (this.#known.has(offender)) return;
      this.#known.add(offender);
    }
    this.#diagnostics.warn(`${what}: ${method} failed: ${safeText(error)}; the application is not affected`);
  }

  /** Says once for each key that an attribute's value cannot be recorded. */
  readonly reportDroppedAttribute = (key: string): void => {
    const named = key === '' ? 'an attribute without a name' : `attribute '${key}'`;
    this.#diagnostics.once(
      `attribute:${key}`,
      'warn',
      `${named} was dropped: its value cannot be recorded (text, numbers, booleans, dates, plain objects and lists can)`,
    );
  };

  /** Counts a call on a span that has ended, and says the first one. */
  reportLateCall(method: string, span: string): void {
    this.lateCalls++;
    this.#diagnostics.once(
      'late-call',
      'debug',
      `${method}() was called on span '${span}' after its end and is ignored; further calls are only counted`,
    );
  }

  /** Says something once that deserves no more than a debug line. */
  reportDebugOnce(key: string, message: string): void {
    this.#diagnostics.once(key, 'debug', message);
  }
}
