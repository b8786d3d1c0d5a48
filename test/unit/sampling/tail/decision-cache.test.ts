import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecisionCache } from '../../../../src/sampling/tail/decision-cache.js';
import type { TailDecision } from '../../../../src/sampling/tail/pending-trace.js';

const KEPT: TailDecision = { kept: true };
const DROPPED: TailDecision = { kept: false };
const GENERATION = 10_000;

/** A trace id with the given number in its random half. */
const idOf = (index: number): string => `0af7651916cd43dd${index.toString(16).padStart(16, '0')}`;

function fill(cache: DecisionCache, from: number, count: number): void {
  for (let i = from; i < from + count; i++) cache.add(idOf(i), DROPPED);
}

describe('a decision cache', () => {
  it('returns the latest decision about a trace', () => {
    const cache = new DecisionCache();
    expect(cache.get(idOf(1))).toBeUndefined();
    cache.add(idOf(1), KEPT);
    cache.add(idOf(2), DROPPED);
    expect([cache.get(idOf(1)), cache.get(idOf(2)), cache.get(idOf(3))]).toEqual([KEPT, DROPPED, undefined]);
    cache.add(idOf(1), DROPPED);
    expect(cache.get(idOf(1))).toBe(DROPPED);
    expect(cache.size).toBe(2);
  });

  it('rotate() removes the decisions before the last rotate()', () => {
    const cache = new DecisionCache();
    cache.add(idOf(1), KEPT);
    cache.rotate();
    cache.add(idOf(2), KEPT);
    expect([cache.get(idOf(1)), cache.get(idOf(2))]).toEqual([KEPT, KEPT]);
    cache.rotate();
    expect([cache.get(idOf(1)), cache.get(idOf(2))]).toEqual([undefined, KEPT]);
    cache.rotate();
    expect(cache.get(idOf(2))).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('a decision that is repeated after rotate() is in the new generation', () => {
    const cache = new DecisionCache();
    cache.add(idOf(1), KEPT);
    cache.rotate();
    cache.add(idOf(1), DROPPED);
    cache.rotate();
    expect(cache.get(idOf(1))).toBe(DROPPED);
  });

  it('starts a new generation with the 10,000th decision', () => {
    const before = new DecisionCache();
    fill(before, 0, GENERATION - 1);
    before.rotate();
    expect(before.size).toBe(GENERATION - 1);
    const after = new DecisionCache();
    fill(after, 0, GENERATION);
    expect(after.size).toBe(GENERATION);
    after.rotate();
    expect(after.size).toBe(0);
  });

  it('stores the latest 10,000 decisions, and at most 20,000', () => {
    const cache = new DecisionCache();
    fill(cache, 0, GENERATION - 1);
    expect(cache.size).toBe(GENERATION - 1);
    // The 10,000th decision starts the second generation.
    fill(cache, GENERATION - 1, GENERATION);
    expect(cache.size).toBe(2 * GENERATION - 1);
    expect(cache.get(idOf(0))).toBe(DROPPED);
    // The 20,000th starts the third, which removes the first.
    fill(cache, 2 * GENERATION - 1, 1);
    expect(cache.size).toBe(GENERATION);
    expect(cache.get(idOf(0))).toBeUndefined();
    expect(cache.get(idOf(GENERATION - 1))).toBeUndefined();
    expect(cache.get(idOf(GENERATION))).toBe(DROPPED);
    fill(cache, 2 * GENERATION, 3 * GENERATION);
    expect(cache.size).toBeLessThan(2 * GENERATION);
    for (let i = 4 * GENERATION; i < 5 * GENERATION; i++) expect(cache.get(idOf(i))).toBe(DROPPED);
  });

  it('distinguishes ids whose keys have the same slot', () => {
    // A Map with the same operations is the reference.
    const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(hex, fc.boolean()), { maxLength: 300 }), pairs => {
        const cache = new DecisionCache();
        const reference = new Map<string, TailDecision>();
        for (const [id, kept] of pairs) {
          cache.add(id, kept ? KEPT : DROPPED);
          reference.set(id, kept ? KEPT : DROPPED);
        }
        for (const [id, decision] of reference) expect(cache.get(id)).toBe(decision);
        expect(cache.size).toBe(reference.size);
      }),
      { numRuns: 50 },
    );
  });
});
