import { describe, expect, test } from 'vitest';
import { buildRows, treeRows } from '../../../src/analysis/tree-rows.js';
import { buildTrace, flatSpan, spanIdOf } from '../../support/flat-spans.js';

describe('rows', () => {
  test('the share counts only the time within the parent', () => {
    const rows = treeRows(
      buildTrace([
        flatSpan(1, undefined, 10, 20),
        flatSpan(2, 1, 5, 15),
        flatSpan(3, 1, 15, 40),
        flatSpan(4, 1, 30, 40),
        flatSpan(5, 1, 12, 12),
      ]),
    );
    const shares = Object.fromEntries(rows.map(({ spanId, shareOfParent }) => [spanId, shareOfParent]));
    // The first starts before its parent, the second ends after it, the third runs after it alone.
    expect(shares).toEqual({
      [spanIdOf(1)]: undefined,
      [spanIdOf(2)]: 0.5,
      [spanIdOf(3)]: 0.5,
      [spanIdOf(4)]: undefined,
      [spanIdOf(5)]: 0,
    });
  });

  test('the slowest child is the one that took the most of its parent’s time; an only child is not marked', () => {
    const rows = treeRows(
      buildTrace([
        flatSpan(1, undefined, 0, 10),
        flatSpan(2, 1, 1, 3),
        flatSpan(3, 1, 3, 9),
        flatSpan(4, 1, 9, 99),
        flatSpan(5, 3, 4, 5),
      ]),
    );
    expect(rows.filter(({ slowest }) => slowest).map(({ spanId }) => spanId)).toEqual([spanIdOf(3)]);
  });

  test('of two children that took equally much of their parent’s time, the longer is the slowest', () => {
    const rows = treeRows(
      buildTrace([flatSpan(1, undefined, 0, 10), flatSpan(2, 1, 0, 5), flatSpan(3, 1, 5, 20)]),
    );
    expect(rows.filter(({ slowest }) => slowest).map(({ spanId }) => spanId)).toEqual([spanIdOf(3)]);
  });

  test('come in the order of the tree, with depth and whether a sibling follows', () => {
    const rows = treeRows(
      buildTrace([
        flatSpan(1, undefined, 0, 10),
        flatSpan(2, 1, 1, 5),
        flatSpan(3, 2, 2, 3),
        flatSpan(4, 1, 6, 7),
        flatSpan(5, undefined, 8, 9),
      ]),
    );
    expect(rows.map(({ spanId, depth, last }) => [spanId, depth, last])).toEqual([
      [spanIdOf(1), 0, false],
      [spanIdOf(2), 1, false],
      [spanIdOf(3), 2, true],
      [spanIdOf(4), 1, true],
      [spanIdOf(5), 0, true],
    ]);
  });

  test('a root whose parent did not arrive has no parent in the row', () => {
    const [row] = treeRows(buildTrace([flatSpan(1, 9, 0, 1)]));
    expect(row).not.toHaveProperty('parentSpanId');
  });

  test('rowsWithSpans pairs each row with its span', () => {
    const trace = buildTrace([flatSpan(1, undefined, 0, 10), flatSpan(2, 1, 1, 5)]);
    expect(buildRows(trace).map(({ span }) => span)).toEqual(trace.spans);
    expect(buildRows(trace).map(({ row }) => row)).toEqual(treeRows(trace));
  });
});
