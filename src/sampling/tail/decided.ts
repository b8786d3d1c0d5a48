// Decisions that are over, remembered for a while: a trace that comes back to the same process is not decided twice.

import type { Decision } from './pending.js';

// Two generations of so many, about 100 bytes each.
const MAX_REMEMBERED = 10_000;

/** The latest decisions. The older half is forgotten at once, which needs no list and no timer for each. */
export class Decided {
  #recent = new Map<string, Decision>();
  #older = new Map<string, Decision>();

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  add(traceId: string, decision: Decision): void {
    this.#recent.set(traceId, decision);
    if (this.#recent.size >= MAX_REMEMBERED) this.age();
  }

  get(traceId: string): Decision | undefined {
    return this.#recent.get(traceId) ?? this.#older.get(traceId);
  }

  /** Forgets what was decided before the last call. */
  age(): void {
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
