// The trace flags of W3C Trace Context, Level 2.
//
//   bit 0  sampled   the trace is kept
//   bit 1  random    the right-most seven bytes of the trace id are random
//
// Source: https://www.w3.org/TR/trace-context-2/#trace-flags. w3c/ has a copy, because it has no dependency.

import { type SpanContext, TraceFlags } from '@opentelemetry/api';

// A constant, because in the CommonJS build each use of an import from the API is a getter call: 25 ns.
/** The flag of a trace that is kept. */
export const SAMPLED_FLAG: number = TraceFlags.SAMPLED;

/** The flag of a trace whose id is random. */
export const RANDOM_FLAG = 0x02;

/** Whether a trace is kept. Recorded spans of other traces are for metrics only, and no exporter may send them. */
export function isSampled({ traceFlags }: Pick<SpanContext, 'traceFlags'>): boolean {
  return (traceFlags & SAMPLED_FLAG) !== 0;
}

/** The random flag of a parent, for its children; 0 if the parent does not have it. */
export function getRandomFlag({ traceFlags }: Pick<SpanContext, 'traceFlags'>): number {
  return traceFlags & RANDOM_FLAG;
}
