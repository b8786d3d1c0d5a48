// Traces that are decided and have open spans: when those end, they follow the decision. Also spans that begin late.

import type { TailDecision } from './pending-trace.js';

/** One trace. */
interface Late {
  /** Spans that have started and not ended. */
  open: number;
  readonly decision: TailDecision;
  readonly decidedMs: number;
}

// The entry of the map, this object and its decision, by measurement.
const LATE_BYTES = 300;

/** The decisions that open spans will ask for, in the order in which they were made. */
export class LateSpanDecisions {
  readonly #traces = new Map<string, Late>();
  readonly #forget: (traceId: string, decision: TailDecision) => void;

  /** @param forget takes a decision that no open span asks for any more, or that has been kept for long enough */
  constructor(forget: (traceId: string, decision: TailDecision) => void) {
    this.#forget = forget;
  }

  get size(): number {
    return this.#traces.size;
  }

  get bytes(): number {
    return this.#traces.size * LATE_BYTES;
  }

  /** @param open spans of the trace that have not ended */
  add(traceId: string, open: number, decision: TailDecision, decidedMs: number): void {
    this.#traces.set(traceId, { open, decision, decidedMs });
  }

  /** A span has started; false where the trace is not among these. */
  onStart(traceId: string): boolean {
    const late = this.#find(traceId);
    if (late === undefined) return false;
    late.open++;
    return true;
  }

  /** A span has ended; undefined where the trace is not among these. */
  onEnd(traceId: string): TailDecision | undefined {
    const late = this.#find(traceId);
    if (late !== undefined && --late.open <= 0) this.#remove(traceId, late);
    return late?.decision;
  }

  /** Lets the oldest go until so many bytes are left. */
  shrinkTo(maxBytes: number): void {
    for (const [traceId, late] of this.#traces) {
      if (this.bytes <= maxBytes) return;
      this.#remove(traceId, late);
    }
  }

  /** Lets go of what was decided before a moment. */
  forgetBefore(decidedMs: number): void {
    for (const [traceId, late] of this.#traces) {
      if (late.decidedMs > decidedMs) return;
      this.#remove(traceId, late);
    }
  }

  /** Nearly always empty: a size check spares the hash of a 32-character key for each span. */
  #find(traceId: string): Late | undefined {
    return this.#traces.size === 0 ? undefined : this.#traces.get(traceId);
  }

  #remove(traceId: string, { decision }: Late): void {
    this.#traces.delete(traceId);
    this.#forget(traceId, decision);
  }
}
