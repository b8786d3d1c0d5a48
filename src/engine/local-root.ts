// The first span of this process in a span's trace.

import type { Span as ApiSpan } from '@opentelemetry/api';
import { NonRecordingSpan } from './non-recording-span.js';
import { Span } from './span.js';

/**
 * The first span of this process in the given span's trace: the entry span of the request.
 *
 * @returns a span that records nothing, with the same ids, once that first span has ended; undefined for spans that
 * another provider made
 */
export function getLocalRoot(span: ApiSpan): ApiSpan | undefined {
  return span instanceof Span || span instanceof NonRecordingSpan ? span.localRoot : undefined;
}
