// The receiver's memory: spans of one trace come together here from many requests and many services,
// within a bound in bytes, and a trace is announced when it looks finished.

import { buildTraces, type FlatSpan, summarize, type Trace, type TraceSummary } from '../analysis/index.js';
import { isSameSpan } from '../analysis/build-traces.js';
import type { Clock } from '../core/clock.js';
import { estimateSpanBytes } from './span-size.js';

/** Waits; `setTimeout` fits. Tests hand in their own. */
export interface Timers {
  /** Calls back once after so many milliseconds; the answer cancels that. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** What is told with a finished trace. */
export interface TraceNotification {
  /** 1 the first time; later spans of the same trace lead to a second announcement of all of it. */
  readonly revision: number;
  /** Whether every parent arrived. */
  readonly complete: boolean;
}

/** How a store behaves. */
export interface StoreOptions {
  /** Bytes of spans kept, as estimated; the trace that was quiet the longest goes first. */
  readonly maxBytes: number;
  /** Milliseconds without a new span after which a whole trace counts as finished. */
  readonly quietMs: number;
  /** The same for a trace of which a parent is still missing. */
  readonly incompleteMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  /** Is told of every finished trace. Must not throw. */
  readonly onTrace: (trace: Trace, announcement: TraceNotification) => void;
}

/** The store's numbers. */
export interface StoreStats {
  readonly traces: number;
  readonly spans: number;
  /** Estimated bytes of the spans kept. */
  readonly bytes: number;
  /** Spans that came in, resent ones left out. */
  readonly receivedSpans: number;
  /** Spans that came a second time. */
  readonly resentSpans: number;
  readonly evictedTraces: number;
  /** Spans of the evicted traces. */
  readonly evictedSpans: number;
  /** Spans refused because their trace alone fills the store. */
  readonly droppedSpans: number;
}

interface StoredTrace {
  readonly spans: FlatSpan[];
  readonly byId: Map<string, FlatSpan>;
  bytes: number;
  revision: number;
  lastMs: number;
  /** Made when it is asked for, gone with the next span. */
  summary: TraceSummary | undefined;
}

/** What a trace costs beside its spans. */
const TRACE_BYTES = 400;

/** Traces in memory. */
export class TraceStore {
  readonly #options: StoreOptions;
  /** In order of the last arrival, the quietest first. */
  readonly #entries = new Map<string, StoredTrace>();
  /** Traces with news, in order of the last arrival: whole ones leave after quietMs, the others move on. */
  readonly #awaitingQuiet = new Set<string>();
  readonly #awaitingParents = new Set<string>();
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

  /** Takes spans of any number of traces; answers how many did not fit. */
  add(spans: readonly FlatSpan[]): number {
    const droppedBefore = this.#droppedSpans;
    for (const span of spans) this.#addSpan(span);
    this.#scheduleTimer();
    return this.#droppedSpans - droppedBefore;
  }

  /** A trace with everything that has arrived of it. */
  get(traceId: string): Trace | undefined {
    const entry = this.#entries.get(traceId);
    return entry === undefined ? undefined : buildTraces(entry.spans)[0];
  }

  /** The traces that had news last, newest first. */
  list(limit: number = Number.POSITIVE_INFINITY): TraceSummary[] {
    const newestFirst = [...this.#entries.keys()].reverse().slice(0, limit);
    return newestFirst.flatMap(traceId => this.#summaryOf(traceId) ?? []);
  }

  stats(): StoreStats {
    return {
      traces: this.#entries.size,
      spans: this.#storedSpans,
      bytes: this.#storedBytes,
      receivedSpans: this.#receivedSpans,
      resentSpans: this.#resentSpans,
      evictedTraces: this.#evictedTraces,
      evictedSpans: this.#evictedSpans,
      droppedSpans: this.#droppedSpans,
    };
  }

  /** Announces every trace with news at once, finished or not. */
  flush(): void {
    const waiting = [...this.#awaitingParents, ...this.#awaitingQuiet];
    this.#awaitingParents.clear();
    this.#awaitingQuiet.clear();
    for (const traceId of waiting) this.#notify(traceId, true);
    this.#scheduleTimer();
  }

  /** Stops waiting; what is stored stays readable. */
  close(): void {
    this.#awaitingQuiet.clear();
    this.#awaitingParents.clear();
    this.#scheduleTimer();
  }

  #addSpan(span: FlatSpan): void {
    const { traceId } = span;
    const present = this.#entries.get(traceId);
    const known = present?.byId.get(span.spanId);
    if (known !== undefined && isSameSpan(known, span)) {
      this.#resentSpans++;
      return;
    }
    const entry = present ?? newEntry();
    const bytes = estimateSpanBytes(span) + (present === undefined ? TRACE_BYTES : 0);
    this.#receivedSpans++;
    if (entry.bytes + bytes > this.#options.maxBytes) {
      this.#droppedSpans++;
      return;
    }
    entry.spans.push(span);
    if (known === undefined) entry.byId.set(span.spanId, span);
    entry.bytes += bytes;
    entry.lastMs = this.#options.clock.monotonicMs();
    entry.summary = undefined;
    this.#storedSpans++;
    this.#storedBytes += bytes;
    // Out and in again: the order of a Map and of a Set is the order of insertion.
    this.#entries.delete(traceId);
    this.#entries.set(traceId, entry);
    this.#awaitingParents.delete(traceId);
    this.#awaitingQuiet.delete(traceId);
    this.#awaitingQuiet.add(traceId);
    this.#evictOldest();
  }

  #evictOldest(): void {
    for (const [traceId, entry] of this.#entries) {
      if (this.#storedBytes <= this.#options.maxBytes) return;
      this.#entries.delete(traceId);
      this.#awaitingQuiet.delete(traceId);
      this.#awaitingParents.delete(traceId);
      this.#storedBytes -= entry.bytes;
      this.#storedSpans -= entry.spans.length;
      this.#evictedTraces++;
      this.#evictedSpans += entry.spans.length;
    }
  }

  /** One timer for all: both queues are in order of time, so only their heads can be due. */
  #scheduleTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const dueMs = Math.min(
      this.#dueMs(this.#awaitingQuiet, this.#options.quietMs),
      this.#dueMs(this.#awaitingParents, this.#options.incompleteMs),
    );
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, dueMs - this.#options.clock.monotonicMs());
    this.#cancelTimer = this.#options.timers.schedule(() => this.#notifyDue(), delayMs);
  }

  #dueMs(queue: ReadonlySet<string>, waitMs: number): number {
    const head = queue.values().next().value;
    return head === undefined ? Number.POSITIVE_INFINITY : (this.#entries.get(head)?.lastMs ?? 0) + waitMs;
  }

  #notifyDue(): void {
    for (const traceId of this.#takeDue(this.#awaitingQuiet, this.#options.quietMs)) {
      if (!this.#notify(traceId, false)) this.#awaitingParents.add(traceId);
    }
    for (const traceId of this.#takeDue(this.#awaitingParents, this.#options.incompleteMs)) {
      this.#notify(traceId, true);
    }
    this.#scheduleTimer();
  }

  #takeDue(queue: Set<string>, waitMs: number): string[] {
    const now = this.#options.clock.monotonicMs();
    const due: string[] = [];
    for (const traceId of queue) {
      if ((this.#entries.get(traceId)?.lastMs ?? 0) + waitMs > now) break;
      queue.delete(traceId);
      due.push(traceId);
    }
    return due;
  }

  /** Announces the trace if it is whole or need not be; answers whether it did. */
  #notify(traceId: string, evenIncomplete: boolean): boolean {
    const entry = this.#entries.get(traceId);
    const trace = this.get(traceId);
    if (entry === undefined || trace === undefined) return true;
    const complete = isComplete(trace);
    if (!complete && !evenIncomplete) return false;
    entry.revision++;
    this.#options.onTrace(trace, { revision: entry.revision, complete });
    return true;
  }

  #summaryOf(traceId: string): TraceSummary | undefined {
    const entry = this.#entries.get(traceId);
    const trace = entry?.summary === undefined ? this.get(traceId) : undefined;
    if (entry !== undefined && trace !== undefined) entry.summary = summarize(trace);
    return entry?.summary;
  }
}

function newEntry(): StoredTrace {
  return { spans: [], byId: new Map(), bytes: 0, revision: 0, lastMs: 0, summary: undefined };
}

/** Whether the trace has a beginning and no span waits for its parent. */
function isComplete(trace: Trace): boolean {
  return (
    trace.roots.some(root => root.parentSpanId === undefined) &&
    !trace.problems.some(problem => problem.code === 'missing_parent')
  );
}
