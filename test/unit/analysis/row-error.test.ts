import { describe, expect, test } from 'vitest';
import { treeRows } from '../../../src/analysis/tree-rows.js';
import { buildTrace, failedWith, flatSpan, shopSpans } from '../../support/flat-spans.js';

describe('the error of a row', () => {
  test('an error that only passes through began below', () => {
    const rows = treeRows(buildTrace(shopSpans));
    expect(rows.map(({ error }) => error?.began)).toEqual([false, undefined, true, undefined]);
    expect(rows[2]?.error).toEqual({ type: 'TimeoutError', message: 'no answer', began: true });
  });

  test('a new exception above a failed child began there; the same exception recorded again did not', () => {
    const [outer, again, inner] = treeRows(
      buildTrace([
        flatSpan(1, undefined, 0, 9, failedWith('OrderError', 'order failed')),
        flatSpan(2, 1, 1, 8, failedWith('TimeoutError', 'no answer')),
        flatSpan(3, 2, 2, 7, failedWith('TimeoutError', 'no answer')),
      ]),
    );
    expect([outer?.error?.began, again?.error?.began, inner?.error?.began]).toEqual([true, false, true]);
  });

  test('an exception that was handled is no error', () => {
    const { events } = failedWith('E', 'handled');
    expect(treeRows(buildTrace([flatSpan(1, undefined, 0, 1, { events })]))[0]?.error).toBeUndefined();
  });

  test('of failed spans without an exception, the error began in the innermost', () => {
    const failed = { status: { code: 'error', message: 'no' } } as const;
    const rows = treeRows(
      buildTrace([
        flatSpan(1, undefined, 0, 9, failed),
        flatSpan(2, 1, 1, 8, failed),
        flatSpan(3, 2, 2, 7),
        flatSpan(4, 3, 3, 6, failed),
      ]),
    );
    expect(rows.map(({ error }) => error?.began)).toEqual([false, false, undefined, true]);
  });

  test('the type falls back to error.type, and the message to that of the status', () => {
    const span = flatSpan(1, undefined, 0, 1, {
      status: { code: 'error', message: 'refused' },
      attributes: { 'error.type': 'ECONNREFUSED' },
    });
    const [row] = treeRows(buildTrace([span]));
    expect(row?.error).toEqual({ type: 'ECONNREFUSED', message: 'refused', began: true });
  });

  test('the last of several exceptions counts', () => {
    const first = failedWith('A', 'first').events;
    const last = failedWith('B', 'last').events;
    const span = flatSpan(1, undefined, 0, 1, { status: { code: 'error' }, events: [...first, ...last] });
    expect(treeRows(buildTrace([span]))[0]?.error).toMatchObject({ type: 'B', message: 'last' });
  });
});
