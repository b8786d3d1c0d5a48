// The figures of a whole trace: the first line of the printed tree, and an entry in a list of traces.

import type { Problem, SpanNode, Trace } from './types.js';

/** A trace in one line. */
export interface TraceSummary {
  readonly traceId: string;
  /** Name and service of the first root. */
  readonly name: string;
  readonly service: string;
  /** Nanoseconds since the Unix epoch in decimal digits, because a JavaScript number does not hold them exactly. */
  readonly startUnixNano: string;
  /** From the first start to the last end. */
  readonly durationNs: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly services: readonly string[];
  readonly problems: readonly Problem[];
}

/** Computes the figures of a whole trace. */
export function summarize(trace: Trace): TraceSummary {
  const first = trace.roots[0];
  return {
    traceId: trace.traceId,
    name: first?.name ?? '',
    service: first?.service ?? '',
    startUnixNano: String(trace.epochNs),
    durationNs: trace.spans.reduce((latest, span) => Math.max(latest, span.end), 0),
    spanCount: trace.spans.length,
    errorCount: trace.spans.reduce((count, span) => count + Number(hasErrorStatus(span)), 0),
    services: trace.services,
    problems: trace.problems,
  };
}

/** Whether the status of a span is an error. */
export function hasErrorStatus(span: Pick<SpanNode, 'status'>): boolean {
  return span.status.code === 'error';
}
