// The sampled flag, as every exporter must look at it before it ships a span.

import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Whether a span belongs to a trace that is kept; recorded spans of other traces are for metrics only. */
export function isSampled(span: ReadableSpan): boolean {
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}
