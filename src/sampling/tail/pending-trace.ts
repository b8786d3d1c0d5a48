// An undecided trace: its open spans, its buffered spans, and the keep reason that was found so far.

import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { BufferedSpan, KeepMark, KeepReason } from '../../spans/span-buffer.js';

/** The decision about a trace. */
export interface TailDecision {
  readonly kept: boolean;
  /** Present if the trace is kept for a reason. */
  readonly mark?: KeepMark | undefined;
}

// A map entry, this object and the context of its first span, so that a trace without spans counts too. And the list of its
// spans, which V8 allocates for 17 at once. Measured: test/system/sampling/tail.test.ts.
const TRACE_BYTES = 350;
const LIST_BYTES = 150;

/** One undecided trace. */
export class PendingTrace {
  readonly traceId: string;
  readonly startedMs: number;
  /** The context of its first span: the head sampler's decision and its tracestate. */
  readonly first: SpanContext;
  /** The first span may have a local parent that started before the tail sampler. It is a local root nevertheless. */
  readonly #firstHasLocalParent: boolean;
  /** The number of started spans that have not ended. */
  open = 1;
  /** The number of local roots among them. */
  openRoots = 1;
  reason: KeepReason | undefined;
  /** The entries of all span buffers for the first ended span, then those for the second, and so on. */
  buffered: (BufferedSpan | undefined)[] = [];
  bytes: number = TRACE_BYTES;

  /**
   * @param first the context of its first span
   * @param parent the parent of that span
   * @param nowMs the time in milliseconds of the monotonic clock
   */
  constructor(first: SpanContext, parent: SpanContext | undefined, nowMs: number) {
    this.#firstHasLocalParent = parent !== undefined && parent.isRemote !== true;
    this.traceId = first.traceId;
    this.first = first;
    this.startedMs = nowMs;
  }

  /**
   * Adds the entry of one span buffer for one span.
   *
   * @returns the memory that it adds, in bytes
   */
  add(span: BufferedSpan | undefined): number {
    const bytes = (this.buffered.length === 0 ? LIST_BYTES : 0) + (span?.bytes ?? 0);
    this.buffered.push(span);
    this.bytes += bytes;
    return bytes;
  }

  /** Whether a span is a local root: it has no parent, or a remote one. */
  isRoot(span: Pick<ReadableSpan, 'parentSpanContext' | 'spanContext'>): boolean {
    const parent = span.parentSpanContext;
    if (parent === undefined || parent.isRemote === true) return true;
    return this.#firstHasLocalParent && span.spanContext().spanId === this.first.spanId;
  }
}
