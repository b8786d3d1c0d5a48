// Decisions that are over, remembered for a while: a trace that comes back to the same process is not decided twice.
//
// Two tables of fixed size, the older of which is forgotten at once; that needs no list, and no timer for each. Ids are
// kept as numbers in open addressing: a Map that grows by every trace costs three times as much, and an id as text
// keeps the text alive from which ids are cut, some 300 bytes.

import type { TailDecision } from './pending-trace.js';

const SLOTS = 16_384;
const MAX_REMEMBERED = 10_000;
const FREE = 0;

/** One generation. */
class Table {
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

  /** Where the key is, or may be put; there is always a free slot. */
  #slotOf(key: number): number {
    let slot = key % SLOTS;
    for (let found = this.#keys[slot]; found !== FREE && found !== key; found = this.#keys[slot]) {
      slot = (slot + 1) % SLOTS;
    }
    return slot;
  }
}

/** The latest decisions, 10,000 at least. */
export class DecisionCache {
  #recent = new Table();
  #older = new Table();

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  add(traceId: string, decision: TailDecision): void {
    this.#recent.set(keyOf(traceId), decision);
    if (this.#recent.size >= MAX_REMEMBERED) this.rotate();
  }

  get(traceId: string): TailDecision | undefined {
    if (this.size === 0) return undefined;
    const key = keyOf(traceId);
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  /** Forgets what was decided before the last call. */
  rotate(): void {
    const forgotten = this.#older;
    forgotten.clear();
    this.#older = this.#recent;
    this.#recent = forgotten;
  }
}

/** 52 bits of the random half of a trace id, never 0: among 20,000 ids one in 10^11 is taken for another. */
function keyOf(traceId: string): number {
  let high = 0;
  let low = 0;
  for (let i = 16; i < 32; i += 2) {
    high = Math.imul(high, 0x01000193) ^ traceId.charCodeAt(i);
    low = Math.imul(low, 0x01000193) ^ traceId.charCodeAt(i + 1);
  }
  return (high >>> 0) * 0x100000 + (low & 0xfffff) + 1;
}
