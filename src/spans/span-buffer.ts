// The interface between the tail sampler and the receivers of spans. Each receiver buffers a span in its own form, usually
// as encoded bytes, until the trace is decided.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** The reason for which a trace is kept beyond its sampling ratio. */
export type KeepReason = 'error' | 'slow' | 'match' | 'application';

/** The attribute with the keep reason. */
export const ATTR_SAMPLING_KEPT_BY = 'do.sampling.kept_by';

/** The changes to the spans of a trace that is kept for a reason. They keep extrapolated counts correct. */
export interface KeepMark {
  /** The value of the attribute `do.sampling.kept_by`. */
  readonly reason: KeepReason;
  /** The new tracestate of the span, with the threshold for a probability of 1. */
  readonly traceState: string;
}

/** A span in a span buffer. */
export interface BufferedSpan {
  /** The memory that it takes, in bytes. */
  readonly bytes: number;
}

/** Buffers ended spans until their trace is decided. No method throws. */
export interface SpanBuffer<T extends BufferedSpan = BufferedSpan> {
  /** Buffers a span. Returns undefined for a span that can never be exported, and counts it at once. */
  buffer(span: ReadableSpan): T | undefined;
  /** Exports a buffered span of a trace that is kept, marked if there is a reason. */
  release(buffered: T, mark: KeepMark | undefined): void;
  /** Counts a buffered span of a trace that is not kept. `isEvicted`: it was decided before its end, because of a limit. */
  discard(buffered: T, isEvicted?: boolean): void;
  /** Counts a span of a trace that is already known not to be kept. It is never buffered. */
  skip(span: ReadableSpan): void;
}
