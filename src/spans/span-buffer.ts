// The seam between a decision that comes at a trace's end and whoever takes spans: each span is held back in the form
// that the taker needs (encoded bytes, as a rule) until the trace is kept or not.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** Why a trace is kept although, or before, its share was asked. */
export type KeepReason = 'error' | 'slow' | 'match' | 'application';

/** The attribute that says it. */
export const KEPT_BY = 'sampling.kept_by';

/** What the spans of a trace that is kept for a reason are marked with, so that counts stay true. */
export interface KeepMark {
  readonly reason: KeepReason;
  /** The tracestate that replaces the span's: with the threshold of "all of these are kept". */
  readonly traceState: string;
}

/** A span that is held back. */
export interface BufferedSpan {
  /** Bytes it takes meanwhile. */
  readonly bytes: number;
}

/** Takes spans in two steps. */
export interface SpanBuffer<H extends BufferedSpan = BufferedSpan> {
  /** Holds a span back; undefined where it can never leave, which is counted at once. Never throws. */
  hold(span: ReadableSpan): H | undefined;
  /** Its trace is kept: the span goes its way, marked where a reason is given. Never throws. */
  release(held: H, mark: KeepMark | undefined): void;
  /** Its trace is not kept. Never throws. */
  discard(held: H): void;
  /** It belongs to a trace that is known not to be kept: counted, never held. Never throws. */
  skip(span: ReadableSpan): void;
}
