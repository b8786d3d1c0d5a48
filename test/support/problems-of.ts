// The problems of a TraceError, for tests that compare codes and paths.

import { isTraceError, type OptionProblem } from '../../src/core/errors.js';

/** Returns the problems of the `TraceError` that fn throws, or none if it does not throw. Rethrows any other error. */
export function problemsOf(fn: () => unknown): readonly OptionProblem[] {
  try {
    fn();
  } catch (error) {
    if (isTraceError(error)) return error.problems;
    throw error;
  }
  return [];
}

/** Returns the code and path of each problem: `wrong_type otlp.headers`. */
export function problemCodesOf(fn: () => unknown): string[] {
  return problemsOf(fn).map(({ code, path }) => `${code} ${path}`);
}

/** Returns the text of a thrown error, with its enumerable properties. */
export function errorTextOf(fn: () => unknown): string {
  try {
    fn();
  } catch (error) {
    return `${String(error)} ${JSON.stringify(error)}`;
  }
  return '';
}
