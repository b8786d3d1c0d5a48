// The local root: the first span of this process in a trace.

import type { Span as ApiSpan } from '@opentelemetry/api';
import { NonRecordingSpan } from './non-recording-span.js';
import { Span } from './span.js';

/**
 * Returns the local root of a span's trace, which is the entry span of the request.
 *
 * @param span a span of any provider
 * @returns a span that records nothing and has the same ids, if the local root has ended; undefined for a span of another
 * provider
 */
export function getLocalRoot(span: ApiSpan): ApiSpan | undefined {
  return span instanceof Span || span instanceof NonRecordingSpan ? span.localRoot : undefined;
}

/**
 * Returns whether a span of the local trace has ended, and may have been exported.
 *
 * @param span a span of any provider; a span that records nothing has no ended spans in its trace
 */
export function hasEndedSpans(span: ApiSpan): boolean {
  return span instanceof Span && span.localTrace.hasEndedSpan;
}
