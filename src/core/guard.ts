// The one way this package runs code that others handed in: what it throws is said once and goes no further.

import { safeText } from './diagnostics.js';
import { slot } from './slot.js';

/**
 * Runs a user's callback; an exception is reported once for each kind of callback and swallowed.
 *
 * @param what names the callback in the diagnostic: `isError`, `processor MyProcessor.onEnd`
 * @param fn the callback
 * @param fallback what to answer when it throws
 */
export function guarded<T>(what: string, fn: () => T, fallback: T): T {
  try {
    return fn();
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
