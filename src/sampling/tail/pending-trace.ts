// A trace whose end has not come: its spans that have ended, and what was found in them.

import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { BufferedSpan, KeepMark, KeepReason } from '../../spans/span-buffer.js';

/** What was decided about a trace. */
export interface TailDecision {
  readonly kept: boolean;
  /** There where it is kept for a reason. */
  readonly mark?: KeepMark | undefined;
}

// An entry of the map, this object and the context of its first span; so a trace without spans is no free one. And the
// list for its spans, which V8 makes for 17 at once. Measured: test/system/sampling/tail.test.ts.
const TRACE_BYTES = 350;
const LIST_BYTES = 150;

/** One trace. */
export class PendingTrace {
  readonly traceId: string;
  readonly startedMs: number;
  /** The context of its first span: whether the share keeps it, and what its tracestate says. */
  readonly first: SpanContext;
  /** The first span may hang under one of this process that was never seen here; it is a root all the same. */
  readonly #firstHasParent: boolean;
  /** Spans that have started and not ended. */
  open = 1;
  /** Of these, the local roots. */
  openRoots = 1;
  reason: KeepReason | undefined;
  /** One for each holder and span. */
  held: (BufferedSpan | undefined)[] = [];
  bytes: number = TRACE_BYTES;

  constructor(first: SpanContext, parent: SpanContext | undefined, nowMs: number) {
    this.#firstHasParent = parent !== undefined && parent.isRemote !== true;
    this.traceId = first.traceId;
    this.first = first;
    this.startedMs = nowMs;
  }

  /**
   * Adds what was held of one span.
   *
   * @returns how many bytes more that is
   */
  hold(held: BufferedSpan | undefined): number {
    const bytes = (this.held.length === 0 ? LIST_BYTES : 0) + (held?.bytes ?? 0);
    this.held.push(held);
    this.bytes += bytes;
    return bytes;
  }

  /** Whether a span is a root as this process sees it: without a parent, or under one from elsewhere. */
  isRoot(span: Pick<ReadableSpan, 'parentSpanContext' | 'spanContext'>): boolean {
    const parent = span.parentSpanContext;
    if (parent === undefined || parent.isRemote === true) return true;
    return this.#firstHasParent && span.spanContext().spanId === this.first.spanId;
  }
}
