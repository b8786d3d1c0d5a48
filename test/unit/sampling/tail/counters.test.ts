import { expect, it } from 'vitest';
import { TailCounters } from '../../../../src/sampling/tail/counters.js';

it('counts decisions and evictions', () => {
  const counters = new TailCounters();
  counters.countDecision({ kept: true });
  counters.countDecision({ kept: true });
  counters.countDecision({ kept: false });
  for (const reason of ['error', 'slow', 'match', 'application', 'error'] as const) {
    counters.countDecision({ kept: true, mark: { reason, traceState: '' } });
  }
  for (const limit of ['bytes', 'traces', 'time', 'time'] as const) counters.countEviction(limit);
  expect(counters.stats(3, 2, 100)).toEqual({
    open: 3,
    late: 2,
    bytes: 100,
    keptByRatio: 2,
    kept: { error: 2, slow: 1, match: 1, application: 1 },
    dropped: 1,
    evicted: { bytes: 1, traces: 1, time: 2 },
  });
  expect(counters.evictions).toBe(2);
});

it('later counts do not change returned statistics', () => {
  const counters = new TailCounters();
  const before = counters.stats(0, 0, 0);
  counters.countDecision({ kept: true, mark: { reason: 'slow', traceState: '' } });
  counters.countEviction('bytes');
  expect([before.kept.slow, before.evicted.bytes]).toEqual([0, 0]);
});
