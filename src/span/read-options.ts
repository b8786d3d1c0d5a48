// Options that are read after the function has run. A getter that throws must not replace its result.

import { guarded } from '../core/guard.js';
import type { SpanOptions } from './types.js';

/** Reads whether the span is open until a returned stream ends. */
export function readStreamOption(options: SpanOptions): boolean {
  return guarded('the option stream of trace.span', () => options.stream === true, false);
}

/** Reads the function that decides whether an error is a failure. */
export function readIsErrorOption(options: SpanOptions | undefined): SpanOptions['isError'] {
  return options && guarded('the option isError of trace.span', () => options.isError, undefined);
}
