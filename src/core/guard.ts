// Runs code of the application (processors, exporters, loggers, callbacks): an exception or rejection is reported once and
// never reaches the caller.

import { safeText } from './diagnostics.js';
import { globalState } from './global-state.js';
import { catchRejection } from './unawaited.js';

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
    if (answer instanceof Promise) catchRejection(answer, error => reportFault(what, error));
    return answer;
  } catch (error) {
    reportFault(what, error);
    return fallback;
  }
}

/**
 * Reports once for each callback that it failed. Never throws.
 *
 * @param what names the callback: `isError`, `processor MyProcessor.onEnd`
 * @param error the value that was thrown
 */
export function reportFault(what: string, error: unknown): void {
  globalState.diagnostics.reportOnce(`fault:${what}`, 'warn', {
    code: 'callback_failed',
    message: `${what} threw ${safeText(error)}; the application is not affected`,
    source: what,
  });
}
