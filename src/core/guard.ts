// The one way this package runs code that others handed in: what it throws is said once and goes no further,
// nor does the rejection of an async one.

import { safeText } from './diagnostics.js';
import { slot } from './slot.js';
import { waitFor } from './unawaited.js';

/**
 * Runs a user's callback; an exception is reported once for each kind of callback and swallowed, and so is the
 * rejection of a promise that it answers.
 *
 * @param what names the callback in the diagnostic: `isError`, `processor MyProcessor.onEnd`
 * @param fn the callback
 * @param fallback what to answer when it throws
 */
export function guarded<T>(what: string, fn: () => T, fallback: T): T {
  try {
    const answer = fn();
    // Asked here, because a function for the report would be made for every span.
    if (answer instanceof Promise) waitFor(answer, error => reportFault(what, error));
    return answer;
  } catch (error) {
    reportFault(what, error);
    return fallback;
  }
}

/** Says once for each `what` that something handed in from outside failed. Never throws. */
export function reportFault(what: string, error: unknown): void {
  slot.diagnostics.once(
    `fault:${what}`,
    'warn',
    `${what} threw ${safeText(error)}; the application is not affected`,
  );
}
