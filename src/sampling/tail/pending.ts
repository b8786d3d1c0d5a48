// A trace whose end has not come: its spans that have ended, and what was found in them.

import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Held, KeepMark, KeepReason } from '../../core/holder.js';

/** What was decided about a trace. */
export interface Decision {
  readonly kept: boolean;
  /** There where it is kept for a reason. */
  readonly mark?: KeepMark | undefined;
}

// An entry of the map, this object and its list, by measurement; so a trace without spans is no free one.
const TRACE_BYTES = 400;

/** One trace. */
export class Pending {
  readonly traceId: string;
  readonly startedMs: number;
  /** The context of its first span: whether the share keeps it, and what its tracestate says. */
  readonly first: SpanContext;
  /** Spans that have started and not ended. */
  open = 0;
  /** Of these, the local roots. */
  openRoots = 0;
  reason: KeepReason | undefined;
  /** One for each holder and span. */
  held: (Held | undefined)[] = [];
  bytes: number = TRACE_BYTES;
  decision: Decision | undefined;
  decidedMs = 0;

  constructor(first: SpanContext, nowMs: number) {
    this.traceId = first.traceId;
    this.first = first;
    this.startedMs = nowMs;
  }

  /** Whether a span is a root as this process sees it: without a parent, or under one from elsewhere. */
  isRoot(span: Pick<ReadableSpan, 'parentSpanContext' | 'spanContext'>): boolean {
    const parent = span.parentSpanContext;
    return (
      parent === undefined || parent.isRemote === true || span.spanContext().spanId === this.first.spanId
    );
  }
}
