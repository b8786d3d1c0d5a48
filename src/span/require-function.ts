// Checks the callback of facade functions. JavaScript code can omit it, which TypeScript refuses.

import { globalState } from '../core/global-state.js';
import type { AnyFunction } from './types.js';

/**
 * Whether a value is a function. Any other value is reported once for each facade function, and nothing is thrown.
 *
 * @param fn the callback
 * @param call the facade function as the application calls it: `trace.bind`
 * @param accepted the accepted values, if functions are not the only ones: `a function or an event emitter`
 */
export function requireFunction(
  fn: unknown,
  call: string,
  accepted: string = 'a function',
): fn is AnyFunction {
  if (typeof fn === 'function') return true;
  globalState.diagnostics.reportOnce(`function-missing:${call}`, 'error', {
    code: 'function_missing',
    message: `${call} was called without ${accepted}`,
    fix: `Pass ${accepted} to ${call}.`,
    source: call,
  });
  return false;
}
