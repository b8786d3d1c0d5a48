// The traces in the receiver's memory. Spans of one trace arrive in many requests from many services. The store groups them,
// limits their bytes, and passes each trace on when it appears to be finished:
//
//   span arrives -> awaitingQuiet -- quietMs without a span --> complete: onTrace
//                                                           --> a parent is missing: awaitingParents
//                   awaitingParents -- incompleteMs without a span --> onTrace

import { isSameSpan } from '../analysis/build-traces.js';
import { buildTraces, type FlatSpan, summarize, type Trace, type TraceSummary } from '../analysis/index.js';
import type { Clock } from '../core/clock.js';
import type { Timers } from '../core/timers.js';
import { estimateSpanBytes } from './span-size.js';
import { WaitQueue } from './wait-queue.js';

/** The state of a finished trace. */
export interface TraceNotification {
  /** 1 the first time. If more spans arrive later, the whole trace is passed on again with the next number. */
  readonly revision: number;
  /** Whether every parent arrived. */
  readonly complete: boolean;
}

/** The options of a store. */
export interface StoreOptions {
  /** Estimated bytes of the stored spans. The trace without a new span for the longest time is evicted first. */
  readonly maxBytes: number;
  /** Milliseconds without a new span after which a complete trace is finished. */
  readonly quietMs: number;
  /** Milliseconds without a new span after which a trace with a missing parent is finished. */
  readonly incompleteMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  /** Receives every finished trace. It must not throw. */
  readonly onTrace: (trace: Trace, notification: TraceNotification) => void;
}

/** The statistics of a store. */
export interface StoreStats {
  readonly traces: number;
  readonly spans: number;
  /** Estimated bytes of the stored spans. */
  readonly bytes: number;
  /** Spans that arrived, without those that arrived again. */
  readonly receivedSpans: number;
  /** Spans that arrived a second time. */
  readonly resentSpans: number;
  readonly evictedTraces: number;
  /** Spans of the evicted traces. */
  readonly evictedSpans: number;
  /** Spans that were dropped because their trace alone fills the store. */
  readonly droppedSpans: number;
}

interface StoredTrace {
  readonly spans: FlatSpan[];
  readonly byId: Map<string, FlatSpan>;
  bytes: number;
  revision: number;
  lastSpanMs: number;
  /** Computed at the first request for it, and again after the next span. */
  summary: TraceSummary | undefined;
}

/** Estimated bytes of a trace without its spans. */
const TRACE_BYTES = 400;

/** Stores traces in memory. */
export class TraceStore {
  readonly #options: StoreOptions;
  /** In the order of the last span, the oldest first. */
  readonly #traces = new Map<string, StoredTrace>();
  readonly #awaitingQuiet = new WaitQueue();
  readonly #awaitingParents = new WaitQueue();
  #cancelTimer: (() => void) | undefined;
  #storedSpans = 0;
  #storedBytes = 0;
  #receivedSpans = 0;
  #resentSpans = 0;
  #evictedTraces = 0;
  #evictedSpans = 0;
  #droppedSpans = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Adds spans of any number of traces, and returns the number of dropped ones. */
  add(spans: readonly FlatSpan[]): number {
    const droppedBefore = this.#droppedSpans;
    for (const span of spans) this.#addSpan(span);
    this.#scheduleTimer();
    return this.#droppedSpans - droppedBefore;
  }

  /** Returns a trace with all spans that have arrived. */
  get(traceId: string): Trace | undefined {
    const stored = this.#traces.get(traceId);
    return stored === undefined ? undefined : buildTraces(stored.spans)[0];
  }

  /** Returns summaries in the order of the last span, the newest first. */
  list(limit: number = Number.POSITIVE_INFINITY): TraceSummary[] {
    const newestFirst = [...this.#traces.keys()].reverse().slice(0, limit);
    return newestFirst.flatMap(traceId => this.#summaryOf(traceId) ?? []);
  }

  stats(): StoreStats {
    return {
      traces: this.#traces.size,
      spans: this.#storedSpans,
      bytes: this.#storedBytes,
      receivedSpans: this.#receivedSpans,
      resentSpans: this.#resentSpans,
      evictedTraces: this.#evictedTraces,
      evictedSpans: this.#evictedSpans,
      droppedSpans: this.#droppedSpans,
    };
  }

  /** Passes all waiting traces to `onTrace` now, finished or not. */
  flush(): void {
    const waiting = [...this.#awaitingParents.takeAll(), ...this.#awaitingQuiet.takeAll()];
    for (const traceId of waiting) this.#notify(traceId, true);
    this.#scheduleTimer();
  }

  /** Stops all waiting. The stored traces can still be read. */
  close(): void {
    this.#awaitingQuiet.takeAll();
    this.#awaitingParents.takeAll();
    this.#scheduleTimer();
  }

  #addSpan(span: FlatSpan): void {
    const { traceId } = span;
    const present = this.#traces.get(traceId);
    const known = present?.byId.get(span.spanId);
    if (known !== undefined && isSameSpan(known, span)) {
      this.#resentSpans++;
      return;
    }
    const stored = present ?? createStoredTrace();
    const bytes = estimateSpanBytes(span) + (present === undefined ? TRACE_BYTES : 0);
    this.#receivedSpans++;
    if (stored.bytes + bytes > this.#options.maxBytes) {
      this.#droppedSpans++;
      return;
    }
    stored.spans.push(span);
    if (known === undefined) stored.byId.set(span.spanId, span);
    stored.bytes += bytes;
    stored.lastSpanMs = this.#options.clock.monotonicMs();
    stored.summary = undefined;
    this.#storedSpans++;
    this.#storedBytes += bytes;
    // Delete and set again: a Map iterates in the order of insertion.
    this.#traces.delete(traceId);
    this.#traces.set(traceId, stored);
    this.#awaitingParents.delete(traceId);
    this.#awaitingQuiet.add(traceId, stored.lastSpanMs + this.#options.quietMs);
    this.#evictOldest();
  }

  #evictOldest(): void {
    for (const [traceId, stored] of this.#traces) {
      if (this.#storedBytes <= this.#options.maxBytes) return;
      this.#traces.delete(traceId);
      this.#awaitingQuiet.delete(traceId);
      this.#awaitingParents.delete(traceId);
      this.#storedBytes -= stored.bytes;
      this.#storedSpans -= stored.spans.length;
      this.#evictedTraces++;
      this.#evictedSpans += stored.spans.length;
    }
  }

  /** Starts one timer for the earliest due time of both queues. */
  #scheduleTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const dueMs = Math.min(this.#awaitingQuiet.nextDueMs(), this.#awaitingParents.nextDueMs());
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, dueMs - this.#options.clock.monotonicMs());
    this.#cancelTimer = this.#options.timers.after(delayMs, () => this.#notifyDue(), true);
  }

  #notifyDue(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const traceId of this.#awaitingQuiet.takeDue(nowMs)) {
      const lastSpanMs = this.#traces.get(traceId)?.lastSpanMs ?? nowMs;
      if (!this.#notify(traceId, false)) {
        this.#awaitingParents.add(traceId, lastSpanMs + this.#options.incompleteMs);
      }
    }
    for (const traceId of this.#awaitingParents.takeDue(nowMs)) this.#notify(traceId, true);
    this.#scheduleTimer();
  }

  /** Passes a trace to `onTrace` unless it is incomplete and must be complete. Returns whether the trace is finished. */
  #notify(traceId: string, mayBeIncomplete: boolean): boolean {
    const stored = this.#traces.get(traceId);
    const trace = this.get(traceId);
    if (stored === undefined || trace === undefined) return true;
    const complete = isComplete(trace);
    if (!complete && !mayBeIncomplete) return false;
    stored.revision++;
    this.#options.onTrace(trace, { revision: stored.revision, complete });
    return true;
  }

  #summaryOf(traceId: string): TraceSummary | undefined {
    const stored = this.#traces.get(traceId);
    const trace = stored?.summary === undefined ? this.get(traceId) : undefined;
    if (stored !== undefined && trace !== undefined) stored.summary = summarize(trace);
    return stored?.summary;
  }
}

function createStoredTrace(): StoredTrace {
  return { spans: [], byId: new Map(), bytes: 0, revision: 0, lastSpanMs: 0, summary: undefined };
}

/** Whether the trace has a root without a parent id, and no span whose parent is missing. */
function isComplete(trace: Trace): boolean {
  return (
    trace.roots.some(root => root.parentSpanId === undefined) &&
    !trace.problems.some(problem => problem.code === 'missing_parent')
  );
}
