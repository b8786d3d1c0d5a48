// Runs code of the application (processors, exporters, loggers, callbacks): an exception or rejection is reported once and
// never reaches the caller.

import { safeText } from './diagnostics.js';
import { globalState } from './global-state.js';
import { catchRejection } from './catch-rejection.js';

/**
 * Runs a callback of the application. An exception is reported once per callback name and swallowed, and so is the
 * rejection of a promise that it returns.
 *
 * @param what the name of the callback in the diagnostic: `isError`, `processor MyProcessor.onEnd`
 * @param fn the callback
 * @param fallback the result if the callback throws
 */
export function guarded<T>(what: string, fn: () => T, fallback: T): T {
  try {
    const result = fn();
    // Checked here, so that no function for the report is allocated for every span.
    if (result instanceof Promise) catchRejection(result, error => reportFault(what, error));
    return result;
  } catch (error) {
    reportFault(what, error);
    return fallback;
  }
}

/**
 * Reports once for each callback that it failed. Never throws.
 *
 * @param what the name of the callback: `isError`, `processor MyProcessor.onEnd`
 * @param error the value that was thrown
 */
export function reportFault(what: string, error: unknown): void {
  globalState.diagnostics.reportOnce(`fault:${what}`, 'warn', {
    code: 'callback_failed',
    message: `${what} threw ${safeText(error)}; the application is not affected`,
    source: what,
  });
}

/**
 * Asks a predicate of the application. Only `true` is a yes. A promise is reported, because the answer is needed at once.
 *
 * @param what the name of the predicate in the diagnostic
 * @param ask calls the predicate
 */
export function isAccepted(what: string, ask: () => unknown): boolean {
  const answer = guarded(what, ask, false);
  if (answer instanceof Promise)
    reportFault(what, new TypeError('it returned a promise, which counts as false'));
  return answer === true;
}
