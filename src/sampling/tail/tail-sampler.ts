// Tail sampling inside a process. The spans of a trace are buffered, encoded, until its last local root has ended.
//
//   the first span starts     the trace is pending
//   a span ends               it is searched for a keep reason and buffered
//   the last local root ends  the trace is decided: kept for a reason, kept by its ratio, or dropped. Its buffered spans are
//                             released or discarded
//   a late span ends          it follows the decision
//
// The pending traces are limited in bytes, number and time. Over a limit the oldest are decided early, by the reason that was
// found so far, else by their ratio, and counted. The decisions that open spans need count too, and may take a quarter of the
// bytes. Beyond that the oldest of them are removed.

import { createTraceState, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../../core/clock.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { reportFault } from '../../core/guard.js';
import { readOtMember, setOtMember } from '../../spans/ot-tracestate.js';
import type { KeepReason, SpanBuffer } from '../../spans/span-buffer.js';
import type { Eviction, TailStats } from '../../spans/tail-stats.js';
import { isSampled } from '../../spans/trace-flags.js';
import type { TraceOverride } from '../trace-overrides.js';
import { TailCounters } from './counters.js';
import { DecisionCache } from './decision-cache.js';
import { createEvictionDiagnostic } from './eviction-diagnostic.js';
import { createKeepReasonFinder, type FindKeepReason, type KeepPolicy } from './keep-policy.js';
import { LateSpanDecisions } from './late-span-decisions.js';
import { PendingTrace, type TailDecision } from './pending-trace.js';

/** The limits of pending traces. */
export interface TailLimits {
  /** Bytes of all pending traces. */
  readonly maxBytes: number;
  /** The number of pending traces. */
  readonly maxTraces: number;
  /** Milliseconds until a pending trace is decided, and for which the decision about a trace is stored for its late spans. */
  readonly maxWaitMs: number;
}

/** The options of a tail sampler. */
export interface TailSamplerOptions extends TailLimits {
  readonly policy: KeepPolicy;
  /** The buffers that receive the spans. */
  readonly buffers: readonly SpanBuffer[];
  /** Returns the decision of the application about a trace. */
  readonly overrideOf: (traceId: string) => TraceOverride | undefined;
  readonly clock: Clock;
  /** Calls back after a time, without keeping the process alive. Returns a function that cancels. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Called once, at the first eviction by bytes or number of traces. */
  readonly onFirstEviction: (diagnostic: Diagnostic) => void;
}

const KEPT: TailDecision = { kept: true };
const DROPPED: TailDecision = { kept: false };
/** The number of sweeps in `maxWaitMs`. */
const SWEEPS = 8;
/** The share of `maxBytes` for the decisions that open spans need. */
const LATE_SHARE = 0.25;

/** Buffers spans and decides about traces. No method throws because of a span or a span buffer. */
export class TailSampler {
  readonly #options: TailSamplerOptions;
  readonly #findKeepReason: FindKeepReason;
  /** Oldest first. */
  readonly #pending = new Map<string, PendingTrace>();
  readonly #decisions = new DecisionCache();
  readonly #late = new LateSpanDecisions((traceId, decision) => this.#decisions.add(traceId, decision));
  readonly #counters = new TailCounters();
  #lastTrace: PendingTrace | undefined;
  #bytes = 0;
  #sweeps = 0;
  #cancelSweep: (() => void) | undefined;

  constructor(options: TailSamplerOptions) {
    this.#options = options;
    this.#findKeepReason = createKeepReasonFinder(options.policy);
  }

  /** Takes a span that has started. */
  onStart(span: Span): void {
    const context = span.spanContext();
    const trace = this.#findPending(context.traceId);
    if (trace === undefined) return this.#startTrace(context, span.parentSpanContext);
    trace.open++;
    if (trace.isRoot(span)) trace.openRoots++;
  }

  /**
   * Takes a span that has ended.
   *
   * @param span the original span, which is searched for a keep reason
   * @param redacted the span to export; undefined if it must not be exported
   */
  onEnd(span: ReadableSpan, redacted: ReadableSpan | undefined): void {
    const { traceId, traceFlags } = span.spanContext();
    const trace = this.#findPending(traceId);
    if (trace === undefined) return this.#onLateEnd(traceId, traceFlags, redacted);
    trace.open--;
    const isRoot = trace.isRoot(span);
    if (isRoot) trace.openRoots--;
    trace.reason ??= this.#searchSpan(span, isRoot);
    if (trace.openRoots > 0) {
      if (redacted !== undefined) this.#buffer(trace, redacted);
      this.#shrink();
      return;
    }
    // The last local root is not buffered before the decision, so it is not encoded if the trace is dropped.
    const decision = this.#decide(trace);
    if (redacted !== undefined) this.#followDecision(redacted, decision);
  }

  /** Decides all pending traces. For a process that is about to end, or a shutdown. */
  close(): void {
    for (const trace of this.#pending.values()) this.#decide(trace);
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }

  /** Whether no trace is pending. */
  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** Whether no trace is pending and no decided trace has open spans. */
  get isDone(): boolean {
    return this.isEmpty && this.#late.size === 0;
  }

  /** Whether a trace is pending, or decided with open spans. */
  holds(traceId: string): boolean {
    return this.#pending.has(traceId) || this.#late.has(traceId);
  }

  /** Whether a trace is pending, so that an override still decides about it. */
  isPending(traceId: string): boolean {
    return this.#pending.has(traceId);
  }

  /** Whether a decided trace is kept; undefined without a stored decision. */
  isKept(traceId: string): boolean | undefined {
    return (this.#late.get(traceId) ?? this.#decisions.get(traceId))?.kept;
  }

  stats(): TailStats {
    return this.#counters.stats(this.#pending.size, this.#late.size, this.#bytes + this.#late.bytes);
  }

  /** Takes the first span of a trace, or a span of a trace that is decided. */
  #startTrace(context: SpanContext, parent: SpanContext | undefined): void {
    const { traceId } = context;
    // Without a parent the trace id is new, so there is no decision about it.
    const isNew = parent === undefined;
    if (!isNew && this.#late.onStart(traceId)) return;
    const { clock, after, maxWaitMs, maxTraces } = this.#options;
    this.#cancelSweep ??= after(maxWaitMs / SWEEPS, () => this.#sweep());
    const decision = isNew ? undefined : this.#decisions.get(traceId);
    if (decision !== undefined) return this.#addLate(traceId, 1, decision);
    const trace = new PendingTrace(context, parent, clock.monotonicMs());
    this.#pending.set(traceId, trace);
    this.#lastTrace = trace;
    this.#bytes += trace.bytes;
    if (this.#pending.size > maxTraces) this.#evictOldest('traces');
    this.#shrink();
  }

  /** Most events belong to the trace of the event before. Its id is then the same string, which saves the lookup. */
  #findPending(traceId: string): PendingTrace | undefined {
    if (this.#lastTrace?.traceId === traceId) return this.#lastTrace;
    const trace = this.#pending.get(traceId);
    if (trace !== undefined) this.#lastTrace = trace;
    return trace;
  }

  #onLateEnd(traceId: string, traceFlags: number, redacted: ReadableSpan | undefined): void {
    // Without a decision the span was open for longer than decisions are stored, or started before the tail sampler.
    const decision =
      this.#late.onEnd(traceId) ??
      this.#decisions.get(traceId) ??
      (isSampled({ traceFlags }) ? KEPT : DROPPED);
    if (redacted !== undefined) this.#followDecision(redacted, decision);
  }

  #searchSpan(span: ReadableSpan, isRoot: boolean): KeepReason | undefined {
    try {
      return this.#findKeepReason(span, isRoot);
    } catch (error) {
      // A getter of the span threw: there is no keep reason in it, and the trace continues.
      reportFault('matching a span with sample.keep', error);
      return undefined;
    }
  }

  #buffer(trace: PendingTrace, span: ReadableSpan): void {
    const { buffers } = this.#options;
    for (let i = 0; i < buffers.length; i++) this.#bytes += trace.add(buffers[i]?.buffer(span));
  }

  #decide(trace: PendingTrace, isEvicted = false): TailDecision {
    const decision = this.#decisionAbout(trace);
    this.#counters.countDecision(decision);
    this.#pending.delete(trace.traceId);
    if (this.#lastTrace === trace) this.#lastTrace = undefined;
    this.#bytes -= trace.bytes;
    const { buffers } = this.#options;
    for (let i = 0; i < trace.buffered.length; i++) {
      const span = trace.buffered[i];
      const buffer = buffers[i % buffers.length];
      if (span === undefined || buffer === undefined) continue;
      if (decision.kept) buffer.release(span, decision.mark);
      else buffer.discard(span, isEvicted);
    }
    trace.buffered = [];
    trace.bytes = 0;
    if (trace.open > 0) this.#addLate(trace.traceId, trace.open, decision);
    else this.#decisions.add(trace.traceId, decision);
    return decision;
  }

  /** Stores a decision for the open spans of its trace. */
  #addLate(traceId: string, open: number, decision: TailDecision): void {
    const { clock, maxBytes } = this.#options;
    this.#late.add(traceId, open, decision, clock.monotonicMs());
    this.#late.shrinkTo(maxBytes * LATE_SHARE);
  }

  #decisionAbout(trace: PendingTrace): TailDecision {
    const override = this.#options.overrideOf(trace.traceId);
    if (override === 'drop') return DROPPED;
    const reason = trace.reason ?? (override === 'keep' ? 'application' : undefined);
    if (reason !== undefined) return { kept: true, mark: { reason, traceState: getSharedTraceState(trace) } };
    return isSampled(trace.first) ? KEPT : DROPPED;
  }

  #followDecision(span: ReadableSpan, { kept, mark }: TailDecision): void {
    for (const buffer of this.#options.buffers) {
      if (!kept) {
        buffer.skip(span);
        continue;
      }
      const buffered = buffer.buffer(span);
      if (buffered !== undefined) buffer.release(buffered, mark);
    }
  }

  /** Evicts pending traces until the bytes fit. The decisions for late spans have a share of their own. */
  #shrink(): void {
    while (this.#bytes + this.#late.bytes > this.#options.maxBytes && this.#evictOldest('bytes'));
  }

  /** Decides the oldest pending trace. Returns false if there is none. */
  #evictOldest(limit: Eviction): boolean {
    for (const trace of this.#pending.values()) {
      this.#evict(trace, limit);
      return true;
    }
    return false;
  }

  #evict(trace: PendingTrace, limit: Eviction): void {
    const { policy, clock, onFirstEviction } = this.#options;
    if (limit !== 'time' && this.#counters.evictions === 0)
      onFirstEviction(createEvictionDiagnostic(this.#options));
    this.#counters.countEviction(limit);
    const { slowerThanMs } = policy;
    // The trace is slow already, whenever it ends.
    if (slowerThanMs !== undefined && clock.monotonicMs() - trace.startedMs > slowerThanMs) {
      trace.reason ??= 'slow' satisfies KeepReason;
    }
    // The application has decided about a trace with an override, so it is not dropped because of the limit.
    this.#decide(trace, this.#options.overrideOf(trace.traceId) !== 'drop');
  }

  #sweep(): void {
    const { clock, maxWaitMs, after } = this.#options;
    const nowMs = clock.monotonicMs();
    for (const trace of this.#pending.values()) {
      if (nowMs - trace.startedMs < maxWaitMs) break;
      this.#evict(trace, 'time');
    }
    this.#late.removeUntil(nowMs - maxWaitMs);
    if (this.#sweeps++ % SWEEPS === 0) this.#decisions.rotate();
    const isIdle = this.#pending.size + this.#late.size + this.#decisions.size === 0;
    this.#cancelSweep = isIdle ? undefined : after(maxWaitMs / SWEEPS, () => this.#sweep());
  }
}

/** The tracestate of a trace that is kept with a probability of 1. */
function getSharedTraceState({ first: { traceState = createTraceState() } }: PendingTrace): string {
  return setOtMember(traceState, { ...readOtMember(traceState), threshold: '0' }).serialize();
}
