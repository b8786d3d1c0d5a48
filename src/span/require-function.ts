// Calls that TypeScript would refuse and JavaScript lets through: said once, and nothing is thrown.

import { globalState } from '../core/global-state.js';
import type { AnyFunction } from './types.js';

/**
 * Tells a function; anything else in its place is said once for each verb.
 *
 * @param fn what was handed in to be run
 * @param verb the call, as the user wrote it: `trace.bind`
 */
export function requireFunction(fn: unknown, verb: string): fn is AnyFunction {
  if (typeof fn === 'function') return true;
  globalState.diagnostics.once(
    `no-function:${verb}`,
    'error',
    `${verb} was called without a function to run`,
  );
  return false;
}
