// The decisions about traces with open spans. A late span, which ends after the decision about its trace, follows it. So does
// a span that starts after it.

import type { TailDecision } from './pending-trace.js';

interface DecidedTrace {
  /** The number of started spans that have not ended. */
  open: number;
  readonly decision: TailDecision;
  readonly decidedMs: number;
}

// Measured: the map entry, this object and its decision.
const BYTES_PER_TRACE = 300;

/** Stores the decisions that open spans need, in the order in which they were made. */
export class LateSpanDecisions {
  readonly #traces = new Map<string, DecidedTrace>();
  readonly #onRemove: (traceId: string, decision: TailDecision) => void;

  /** @param onRemove receives a decision that no open span needs any longer, or that was removed by age or size */
  constructor(onRemove: (traceId: string, decision: TailDecision) => void) {
    this.#onRemove = onRemove;
  }

  get size(): number {
    return this.#traces.size;
  }

  get bytes(): number {
    return this.#traces.size * BYTES_PER_TRACE;
  }

  /**
   * Adds the decision about a trace.
   *
   * @param open the number of its open spans
   * @param decidedMs the time of the decision, in milliseconds of the monotonic clock
   */
  add(traceId: string, open: number, decision: TailDecision, decidedMs: number): void {
    this.#traces.set(traceId, { open, decision, decidedMs });
  }

  has(traceId: string): boolean {
    return this.#find(traceId) !== undefined;
  }

  get(traceId: string): TailDecision | undefined {
    return this.#find(traceId)?.decision;
  }

  /** Counts a started span. Returns false if there is no decision about its trace. */
  onStart(traceId: string): boolean {
    const trace = this.#find(traceId);
    if (trace === undefined) return false;
    trace.open++;
    return true;
  }

  /** Counts an ended span. Returns the decision about its trace, if there is one. */
  onEnd(traceId: string): TailDecision | undefined {
    const trace = this.#find(traceId);
    if (trace !== undefined && --trace.open <= 0) this.#remove(traceId, trace);
    return trace?.decision;
  }

  /** Removes the oldest decisions until at most this many bytes are left. */
  shrinkTo(maxBytes: number): void {
    for (const [traceId, trace] of this.#traces) {
      if (this.bytes <= maxBytes) return;
      this.#remove(traceId, trace);
    }
  }

  /** Removes the decisions that were made at or before a time, in milliseconds of the monotonic clock. */
  removeUntil(decidedMs: number): void {
    for (const [traceId, trace] of this.#traces) {
      if (trace.decidedMs > decidedMs) return;
      this.#remove(traceId, trace);
    }
  }

  /** The map is nearly always empty: a size check saves the hash of a 32-character key for each span. */
  #find(traceId: string): DecidedTrace | undefined {
    return this.#traces.size === 0 ? undefined : this.#traces.get(traceId);
  }

  #remove(traceId: string, { decision }: DecidedTrace): void {
    this.#traces.delete(traceId);
    this.#onRemove(traceId, decision);
  }
}
