import { describe, expect, it } from 'vitest';
import { LateSpanDecisions } from '../../../../src/sampling/tail/late-span-decisions.js';
import type { TailDecision } from '../../../../src/sampling/tail/pending-trace.js';

const KEPT: TailDecision = { kept: true };
const BYTES = 300;

function create(): { late: LateSpanDecisions; removed: string[] } {
  const removed: string[] = [];
  return { late: new LateSpanDecisions(traceId => removed.push(traceId)), removed };
}

describe('LateSpanDecisions', () => {
  it('returns the decision until the last open span has ended', () => {
    const { late, removed } = create();
    late.add('a', 2, KEPT, 0);
    expect(late.onEnd('a')).toBe(KEPT);
    expect(removed).toEqual([]);
    expect(late.onEnd('a')).toBe(KEPT);
    expect(removed).toEqual(['a']);
    expect(late.onEnd('a')).toBeUndefined();
    expect(late.size).toBe(0);
  });

  it('counts spans that start after the decision', () => {
    const { late, removed } = create();
    expect(late.onStart('a')).toBe(false);
    late.add('a', 1, KEPT, 0);
    expect(late.onStart('a')).toBe(true);
    late.onEnd('a');
    expect(removed).toEqual([]);
    late.onEnd('a');
    expect(removed).toEqual(['a']);
  });

  it('shrinkTo() removes the oldest until the bytes fit', () => {
    const { late, removed } = create();
    for (const id of ['a', 'b', 'c']) late.add(id, 1, KEPT, 0);
    expect(late.bytes).toBe(3 * BYTES);
    late.shrinkTo(3 * BYTES);
    expect(removed).toEqual([]);
    late.shrinkTo(3 * BYTES - 1);
    expect(removed).toEqual(['a']);
    late.shrinkTo(BYTES);
    expect(removed).toEqual(['a', 'b']);
    expect(late.onEnd('c')).toBe(KEPT);
  });

  it('removeUntil() removes the decisions up to a time', () => {
    const { late, removed } = create();
    late.add('a', 1, KEPT, 100);
    late.add('b', 1, KEPT, 200);
    late.add('c', 1, KEPT, 300);
    late.removeUntil(99);
    expect(removed).toEqual([]);
    late.removeUntil(200);
    expect(removed).toEqual(['a', 'b']);
    expect(late.size).toBe(1);
  });
});
