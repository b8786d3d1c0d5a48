// Reports faults of code and values that the application hands to the engine, each once.

import type { Diagnostic } from '../core/diagnostic.js';
import { type Diagnostics, safeText } from '../core/diagnostics.js';
import { globalState } from '../core/global-state.js';

/** Reports faults of samplers, id generators, span processors and span data. */
export class FaultReporter {
  readonly #givenDiagnostics: Diagnostics | undefined;
  readonly #reportedComponents = new WeakSet<object>();
  /** The number of calls on spans that had already ended. */
  lateCalls = 0;

  /** @param diagnostics receives the reports. @default the diagnostics of the latest `init()` */
  constructor(diagnostics: Diagnostics | undefined) {
    this.#givenDiagnostics = diagnostics;
  }

  get #diagnostics(): Diagnostics {
    return this.#givenDiagnostics ?? globalState.diagnostics;
  }

  /**
   * Reports code of the application that threw or returned an invalid value, once for each component.
   *
   * @param component the object that failed; if it is undefined, every call reports
   * @param name the component in the message: `sampler`
   * @param method the method that failed
   * @param error the error
   */
  reportFailure(component: object | undefined, name: string, method: string, error: unknown): void {
    if (component !== undefined) {
      if (this.#reportedComponents.has(component)) return;
      this.#reportedComponents.add(component);
    }
    this.#diagnostics.report('warn', {
      code: 'callback_failed',
      message: `${method} of the ${name} failed: ${safeText(error)}; the application is not affected`,
      source: name,
    });
  }

  /** Reports, once for each key, that an attribute was dropped. */
  readonly reportDroppedAttribute = (key: string): void => {
    this.#diagnostics.reportOnce(
      `attribute:${key}`,
      'warn',
      key === ''
        ? {
            code: 'attribute_dropped',
            message: 'an attribute with an empty key was dropped',
            fix: 'Give the attribute a key.',
          }
        : {
            code: 'attribute_dropped',
            message: `attribute '${key}' was dropped, because its value cannot be recorded`,
            fix: 'Use a string, a number, a boolean, a date, a plain object or an array.',
            source: key,
          },
    );
  };

  /** Counts a call on a span that has ended, and reports the first one. */
  reportLateCall(method: string, spanName: string): void {
    this.lateCalls++;
    this.#diagnostics.reportOnce('late-call', 'debug', {
      code: 'call_after_end',
      message: `${method}() was called on span '${spanName}' after its end and is ignored; further calls are only counted`,
    });
  }

  /** Reports the first span that ended before its start. */
  reportNegativeDuration(spanName: string): void {
    this.reportDebugOnce({
      code: 'negative_duration',
      message: `span '${spanName}' ended before its start, and its duration is set to 0`,
      fix: 'Pass a later time to end().',
    });
  }

  /** Reports a diagnostic at the level debug, once for each code. */
  reportDebugOnce(diagnostic: Diagnostic): void {
    this.#diagnostics.reportOnce(diagnostic.code, 'debug', diagnostic);
  }
}
