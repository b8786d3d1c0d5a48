// Counts the decisions of the tail sampler.

import type { Eviction, TailStats } from '../../spans/tail-stats.js';
import type { TailDecision } from './pending-trace.js';

/** Counts decisions and evictions. */
export class TailCounters {
  readonly #kept = { error: 0, slow: 0, match: 0, application: 0 };
  readonly #evicted = { bytes: 0, traces: 0, time: 0 };
  #keptByRatio = 0;
  #dropped = 0;

  /** The evictions by bytes or number of traces so far. */
  get evictions(): number {
    return this.#evicted.bytes + this.#evicted.traces;
  }

  countDecision({ kept, mark }: TailDecision): void {
    if (!kept) this.#dropped++;
    else if (mark === undefined) this.#keptByRatio++;
    else this.#kept[mark.reason]++;
  }

  countEviction(limit: Eviction): void {
    this.#evicted[limit]++;
  }

  /**
   * Returns the statistics.
   *
   * @param open undecided traces
   * @param late decided traces with open spans
   * @param bytes of both
   */
  stats(open: number, late: number, bytes: number): TailStats {
    return {
      open,
      late,
      bytes,
      keptByRatio: this.#keptByRatio,
      kept: { ...this.#kept },
      dropped: this.#dropped,
      evicted: { ...this.#evicted },
    };
  }
}
