// Options that are read after fn has run: a getter of the user's that throws must not cost the result.

import { guarded } from '../core/guard.js';
import type { SpanOptions } from './types.js';

/** Whether the span stays open for what fn hands over. */
export function readStreamOption(options: SpanOptions): boolean {
  return guarded('the option stream of trace.span', () => options.stream === true, false);
}

/** The user's own judgement of errors, if there is one. */
export function readIsErrorOption(options: SpanOptions | undefined): SpanOptions['isError'] {
  return options && guarded('the option isError of trace.span', () => options.isError, undefined);
}
