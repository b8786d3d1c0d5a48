// Tail sampling inside a process: the spans of a trace wait, encoded, until its local root has ended.
//
//   first span starts     the trace is open
//   a span ends           it is looked at and held back
//   last local root ends  decided: kept for a reason, kept by its share, or not at all; what was held leaves or goes
//   a span ends later     follows the decision
//
// What waits is bounded in bytes, traces and time. Over a bound the oldest traces are decided early, by what was found
// so far and else by their share, and counted. Decisions that open spans will ask for are counted in, and may take a
// quarter of the bytes; over that the oldest of them are forgotten.

import { createTraceState, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../../core/clock.js';
import { pluralize } from '../../core/pluralize.js';
import { reportFault } from '../../core/guard.js';
import type { SpanBuffer, KeepReason } from '../../spans/span-buffer.js';
import { otOf, setOt } from '../../spans/ot-tracestate.js';
import type { Eviction, TailStats } from '../../spans/tail-stats.js';
import { isSampled } from '../../spans/trace-flags.js';
import type { TraceOverride } from '../trace-overrides.js';
import { DecisionCache } from './decision-cache.js';
import { createKeepReasonFinder, type FindKeepReason, type KeepPolicy } from './keep-policy.js';
import { LateSpanDecisions } from './late-span-decisions.js';
import { type TailDecision, PendingTrace } from './pending-trace.js';
import { TailCounters } from './counters.js';

/** How much may wait. */
export interface TailLimits {
  /** Bytes of all traces that wait. */
  readonly maxBytes: number;
  /** Traces that wait. */
  readonly maxTraces: number;
  /** Milliseconds that a trace waits for its end; as long a late span finds its trace's decision. */
  readonly maxWaitMs: number;
}

/** What a stage is made of. */
export interface TailSamplerOptions extends TailLimits {
  readonly policy: KeepPolicy;
  /** Who takes the spans. */
  readonly buffers: readonly SpanBuffer[];
  /** What the application said about single traces. */
  readonly overrideOf: (traceId: string) => TraceOverride | undefined;
  readonly clock: Clock;
  /** Calls back after so many milliseconds without keeping the process alive. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Called at the first eviction by bytes or traces, with what to say. */
  readonly onFirstEviction: (message: string) => void;
}

const KEPT: TailDecision = { kept: true };
const DROPPED: TailDecision = { kept: false };
const SWEEPS = 8;
// Of the bytes there are, what decisions may take that open spans will ask for.
const LATE_SHARE = 0.25;

/** Holds spans back and decides. Nothing here throws for what spans or holders do. */
export class TailSampler {
  readonly #parts: TailSamplerOptions;
  readonly #find: FindKeepReason;
  /** Traces that wait for their end, oldest first. */
  readonly #pending = new Map<string, PendingTrace>();
  readonly #decided = new DecisionCache();
  readonly #late = new LateSpanDecisions((traceId, decision) => this.#decided.add(traceId, decision));
  readonly #counts = new TailCounters();
  #last: PendingTrace | undefined;
  #bytes = 0;
  #swept = 0;
  #stopSweep: (() => void) | undefined;

  constructor(parts: TailSamplerOptions) {
    this.#parts = parts;
    this.#find = createKeepReasonFinder(parts.policy);
  }

  /** A span has started. */
  onStart(span: Span): void {
    const context = span.spanContext();
    const trace = this.#pendingOf(context.traceId);
    if (trace === undefined) return this.#begin(context, span.parentSpanContext);
    trace.open++;
    if (trace.isRoot(span)) trace.openRoots++;
  }

  /**
   * A span has ended.
   *
   * @param span as it is: what is looked for is looked for here
   * @param shown as it may leave; undefined where it must not
   */
  onEnd(span: ReadableSpan, shown: ReadableSpan | undefined): void {
    const { traceId, traceFlags } = span.spanContext();
    const trace = this.#pendingOf(traceId);
    if (trace === undefined) return this.#onLateEnd(traceId, traceFlags, shown);
    trace.open--;
    const isRoot = trace.isRoot(span);
    if (isRoot) trace.openRoots--;
    trace.reason ??= this.#search(span, isRoot);
    if (trace.openRoots > 0) {
      if (shown !== undefined) this.#hold(trace, shown);
      this.#shrink();
      return;
    }
    // The span that decides need not wait, and is not encoded where it will not leave.
    const decision = this.#decide(trace);
    if (shown !== undefined) this.#follow(shown, decision);
  }

  /** Decides everything that waits by what is known: nothing more will come. */
  close(): void {
    for (const trace of this.#pending.values()) this.#decide(trace);
    this.#stopSweep?.();
    this.#stopSweep = undefined;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  stats(): TailStats {
    return this.#counts.stats(this.#pending.size, this.#late.size, this.#bytes + this.#late.bytes);
  }

  /** The first span of a trace has started, or one of a trace that is decided already. */
  #begin(context: SpanContext, parent: SpanContext | undefined): void {
    const { traceId } = context;
    // Without a parent the trace id was made just now, and nothing has been decided about it.
    const isNew = parent === undefined;
    if (!isNew && this.#late.onStart(traceId)) return;
    const { clock, after, maxWaitMs, maxTraces } = this.#parts;
    this.#stopSweep ??= after(maxWaitMs / SWEEPS, () => this.#sweep());
    const known = isNew ? undefined : this.#decided.get(traceId);
    if (known !== undefined) return this.#keepOpen(traceId, 1, known);
    const trace = new PendingTrace(context, parent, clock.monotonicMs());
    this.#pending.set(traceId, trace);
    this.#last = trace;
    this.#bytes += trace.bytes;
    if (this.#pending.size > maxTraces) this.#evictOldest('traces');
    this.#shrink();
  }

  /** What happens next mostly happens in the same trace, and its id is then the very same text. */
  #pendingOf(traceId: string): PendingTrace | undefined {
    if (this.#last?.traceId === traceId) return this.#last;
    const trace = this.#pending.get(traceId);
    if (trace !== undefined) this.#last = trace;
    return trace;
  }

  #onLateEnd(traceId: string, traceFlags: number, shown: ReadableSpan | undefined): void {
    // Without a decision it was open for longer than anything is remembered, or before this stage was: its flag says it.
    const decision =
      this.#late.onEnd(traceId) ??
      this.#decided.get(traceId) ??
      (isSampled({ traceFlags }) ? KEPT : DROPPED);
    if (shown !== undefined) this.#follow(shown, decision);
  }

  #search(span: ReadableSpan, isRoot: boolean): KeepReason | undefined {
    try {
      return this.#find(span, isRoot);
    } catch (error) {
      // A span with getters that throw is one in which nothing was found; its trace goes on.
      reportFault('looking at a span for sample.keep', error);
      return undefined;
    }
  }

  #hold(trace: PendingTrace, shown: ReadableSpan): void {
    const { buffers } = this.#parts;
    for (let i = 0; i < buffers.length; i++) this.#bytes += trace.hold(buffers[i]?.buffer(shown));
  }

  #decide(trace: PendingTrace): TailDecision {
    const decision = this.#decisionOn(trace);
    this.#counts.decided(decision);
    this.#pending.delete(trace.traceId);
    if (this.#last === trace) this.#last = undefined;
    this.#bytes -= trace.bytes;
    const { buffers } = this.#parts;
    for (let i = 0; i < trace.held.length; i++) {
      const held = trace.held[i];
      const holder = buffers[i % buffers.length];
      if (held === undefined || holder === undefined) continue;
      if (decision.kept) holder.release(held, decision.mark);
      else holder.discard(held);
    }
    trace.held = [];
    trace.bytes = 0;
    if (trace.open > 0) this.#keepOpen(trace.traceId, trace.open, decision);
    else this.#decided.add(trace.traceId, decision);
    return decision;
  }

  /** Its open spans will ask for the decision. */
  #keepOpen(traceId: string, open: number, decision: TailDecision): void {
    const { clock, maxBytes } = this.#parts;
    this.#late.add(traceId, open, decision, clock.monotonicMs());
    this.#late.shrinkTo(maxBytes * LATE_SHARE);
  }

  #decisionOn(trace: PendingTrace): TailDecision {
    const verdict = this.#parts.overrideOf(trace.traceId);
    if (verdict === 'drop') return DROPPED;
    const reason = trace.reason ?? (verdict === 'keep' ? 'application' : undefined);
    if (reason !== undefined) return { kept: true, mark: { reason, traceState: stateOfAll(trace) } };
    return isSampled(trace.first) ? KEPT : DROPPED;
  }

  #follow(shown: ReadableSpan, { kept, mark }: TailDecision): void {
    for (const holder of this.#parts.buffers) {
      if (!kept) {
        holder.skip(shown);
        continue;
      }
      const held = holder.buffer(shown);
      if (held !== undefined) holder.release(held, mark);
    }
  }

  /** Makes room: what late spans need has a share of its own, so all the rest is what waits. */
  #shrink(): void {
    while (this.#bytes + this.#late.bytes > this.#parts.maxBytes && this.#evictOldest('bytes'));
  }

  /** Decides the oldest trace that waits. False where none does. */
  #evictOldest(why: Eviction): boolean {
    for (const trace of this.#pending.values()) {
      this.#evict(trace, why);
      return true;
    }
    return false;
  }

  #evict(trace: PendingTrace, why: Eviction): void {
    const { policy, clock, maxBytes, maxTraces, onFirstEviction } = this.#parts;
    if (why !== 'time' && this.#counts.evictions === 0) {
      onFirstEviction(
        `sample.keep: more traces are open at once than fit (${pluralize(maxTraces, 'trace')}, ${maxBytes} bytes); the oldest are ` +
          'decided before their end, by what was found so far and else by their ratio. Raise sample.keep.maxBytes or ' +
          'maxTraces, or look for spans that never end',
      );
    }
    this.#counts.evicted(why);
    const { slowerThanMs } = policy;
    // It is slow already, whenever it ends.
    if (slowerThanMs !== undefined && clock.monotonicMs() - trace.startedMs > slowerThanMs) {
      trace.reason ??= 'slow' satisfies KeepReason;
    }
    this.#decide(trace);
  }

  #sweep(): void {
    const { clock, maxWaitMs, after } = this.#parts;
    const nowMs = clock.monotonicMs();
    for (const trace of this.#pending.values()) {
      if (nowMs - trace.startedMs < maxWaitMs) break;
      this.#evict(trace, 'time');
    }
    this.#late.forgetBefore(nowMs - maxWaitMs);
    if (this.#swept++ % SWEEPS === 0) this.#decided.rotate();
    const isIdle = this.#pending.size + this.#late.size + this.#decided.size === 0;
    this.#stopSweep = isIdle ? undefined : after(maxWaitMs / SWEEPS, () => this.#sweep());
  }
}

/** The tracestate of a trace of a kind of which all are kept. */
function stateOfAll({ first: { traceState = createTraceState() } }: PendingTrace): string {
  return setOt(traceState, { ...otOf(traceState), threshold: '0' }).serialize();
}
