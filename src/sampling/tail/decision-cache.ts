// Stores the decisions about ended traces for a while, so that a trace that returns to the same process is not decided twice.
//
// The cache has two generations of fixed size. The older one is cleared at once, which needs neither a list nor timers. Ids
// are stored as numbers with open addressing. A Map that grows with every trace costs three times as much. An id as text keeps
// the text alive from which it was cut, about 300 bytes.

import type { TailDecision } from './pending-trace.js';

const SLOTS = 16_384;
const MAX_GENERATION_SIZE = 10_000;
const FREE = 0;

/** One generation. */
class Generation {
  readonly #keys = new Float64Array(SLOTS);
  readonly #decisions: (TailDecision | undefined)[] = Array.from<undefined, undefined>(
    { length: SLOTS },
    () => undefined,
  );
  size = 0;

  set(key: number, decision: TailDecision): void {
    const slot = this.#slotOf(key);
    if (this.#keys[slot] === FREE) this.size++;
    this.#keys[slot] = key;
    this.#decisions[slot] = decision;
  }

  get(key: number): TailDecision | undefined {
    return this.size === 0 ? undefined : this.#decisions[this.#slotOf(key)];
  }

  clear(): void {
    if (this.size === 0) return;
    this.#keys.fill(FREE);
    this.#decisions.fill(undefined);
    this.size = 0;
  }

  /** The slot of the key, or the free slot for it. There is always a free one. */
  #slotOf(key: number): number {
    let slot = key % SLOTS;
    for (let stored = this.#keys[slot]; stored !== FREE && stored !== key; stored = this.#keys[slot]) {
      slot = (slot + 1) % SLOTS;
    }
    return slot;
  }
}

/** Stores at least the latest 10,000 decisions. */
export class DecisionCache {
  #recent = new Generation();
  #older = new Generation();

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  add(traceId: string, decision: TailDecision): void {
    this.#recent.set(toCacheKey(traceId), decision);
    if (this.#recent.size >= MAX_GENERATION_SIZE) this.rotate();
  }

  get(traceId: string): TailDecision | undefined {
    if (this.size === 0) return undefined;
    const key = toCacheKey(traceId);
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  /** Starts a new generation: removes the decisions that were added before the last call. */
  rotate(): void {
    const cleared = this.#older;
    cleared.clear();
    this.#older = this.#recent;
    this.#recent = cleared;
  }
}

/** 52 bits of the random half of a trace id, never 0. A new id equals one of 20,000 stored ids with a probability of 10^-11. */
function toCacheKey(traceId: string): number {
  let high = 0;
  let low = 0;
  for (let i = 16; i < 32; i += 2) {
    high = Math.imul(high, 0x01000193) ^ traceId.charCodeAt(i);
    low = Math.imul(low, 0x01000193) ^ traceId.charCodeAt(i + 1);
  }
  return (high >>> 0) * 0x100000 + (low & 0xfffff) + 1;
}
