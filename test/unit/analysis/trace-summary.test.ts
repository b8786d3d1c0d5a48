import { describe, expect, test } from 'vitest';
import { hasErrorStatus, summarize } from '../../../src/analysis/trace-summary.js';
import { buildTrace, flatSpan, shopSpans, TRACE_ID } from '../../support/flat-spans.js';

describe('the summary of a trace', () => {
  test('has the name and service of the first root, and counts spans, errors and services', () => {
    expect(summarize(buildTrace(shopSpans))).toEqual({
      traceId: TRACE_ID,
      name: 'POST /orders',
      service: 'gateway',
      startUnixNano: '0',
      durationNs: 1.24e9,
      spanCount: 4,
      errorCount: 2,
      services: ['gateway', 'inventory', 'payment'],
      problems: [],
    });
  });

  test('lasts until the last end, even if that is after the end of the root', () => {
    const trace = buildTrace([flatSpan(1, undefined, 0, 5), flatSpan(2, 1, 4, 9)]);
    expect(summarize(trace).durationNs).toBe(9e6);
  });

  test('keeps the start exact', () => {
    const startNs = 1_800_000_000_123_456_789n;
    const trace = buildTrace([flatSpan(1, undefined, 0, 0, { startNs, endNs: startNs })]);
    expect(summarize(trace).startUnixNano).toBe('1800000000123456789');
  });
});

test.each([
  ['error', true],
  ['ok', false],
  ['unset', false],
] as const)('the status %s is an error: %s', (code, expected) => {
  expect(hasErrorStatus({ status: { code } })).toBe(expected);
});
