import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createSpanMetrics, observedSpan } from '../../../support/span-metrics.js';

it('counts a duration in the first bucket whose bound is not below it', () => {
  const metrics = createSpanMetrics();
  for (const ms of [0, 1, 1.000001, 10, 10.000001, 60_000]) metrics.observe(observedSpan('a', ms), false);
  expect(metrics.series.map(({ counts, count, sum }) => ({ counts, count, sum }))).toEqual([
    { counts: [2, 2, 2], count: 6, sum: expect.closeTo(60_022.000002, 9) },
  ]);
});

it('has a series for each name, kind and status, with the labels of the span metrics connector', () => {
  const metrics = createSpanMetrics();
  metrics.observe(observedSpan('GET /', 1, { kind: 1, status: 2 }), false);
  metrics.observe(observedSpan('GET /', 1, { kind: 2, status: 1 }), false);
  metrics.observe(observedSpan('GET /', 1, { kind: 3 }), false);
  metrics.observe(observedSpan('GET /', 1, { kind: 4 }), false);
  metrics.observe(observedSpan('GET /', 1), false);
  metrics.observe(observedSpan('GET /', 1, { kind: 17, status: 9 }), false);
  expect(metrics.series.map(({ attributes }) => attributes)).toEqual(
    [
      ['SPAN_KIND_SERVER', 'STATUS_CODE_ERROR'],
      ['SPAN_KIND_CLIENT', 'STATUS_CODE_OK'],
      ['SPAN_KIND_PRODUCER', 'STATUS_CODE_UNSET'],
      ['SPAN_KIND_CONSUMER', 'STATUS_CODE_UNSET'],
      ['SPAN_KIND_INTERNAL', 'STATUS_CODE_UNSET'],
      ['SPAN_KIND_UNSPECIFIED', 'STATUS_CODE_UNSET'],
    ].map(([kind, status]) => ({
      'service.name': 'orders',
      'span.name': 'GET /',
      'span.kind': kind,
      'status.code': status,
    })),
  );
});

it('calls onOverflow once, with the first name above the limit', () => {
  const onOverflow = vi.fn();
  const metrics = createSpanMetrics({ maxSeries: 2, onOverflow });
  for (let id = 0; id < 500; id++) {
    metrics.observe(observedSpan(`GET /orders/${id}`, 1, { status: id % 5 === 0 ? 2 : 0 }), true);
  }
  expect(metrics.series.map(({ attributes, count }) => [attributes['span.name'], count])).toEqual([
    ['GET /orders/0', 1],
    ['GET /orders/1', 1],
    ['_OTHER', 399],
    ['_OTHER', 99],
  ]);
  expect(onOverflow.mock.calls).toEqual([['GET /orders/2']]);
});

it('shares a series between long names with the same beginning, and between lone surrogates', () => {
  const metrics = createSpanMetrics();
  for (const tail of ['a', 'b']) metrics.observe(observedSpan('x'.repeat(300) + tail, 1), false);
  for (const name of ['\ud800', '\udfff', '\ufffd']) metrics.observe(observedSpan(name, 1), false);
  expect(metrics.series.map(({ attributes, count }) => [attributes['span.name'], count])).toEqual([
    [`${'x'.repeat(255)}…`, 2],
    ['\ufffd', 3],
  ]);
});

it('keeps the latest kept span of each bucket as exemplar', () => {
  const metrics = createSpanMetrics();
  metrics.observe(observedSpan('a', 0.5, { id: 1 }), true);
  metrics.observe(observedSpan('a', 0.7, { id: 2 }), true);
  metrics.observe(observedSpan('a', 0.9, { id: 3 }), false);
  expect(metrics.series[0]?.exemplars).toEqual([
    {
      traceId: '2'.padStart(32, '0'),
      spanId: '2'.padStart(16, '0'),
      value: expect.closeTo(0.7, 9),
      timeMs: 1_700_000_000_123,
    },
    undefined,
    undefined,
  ]);
});

it('keeps no exemplars without the option', () => {
  const metrics = createSpanMetrics({ exemplars: false });
  metrics.observe(observedSpan('a', 1), true);
  expect(metrics.series[0]?.exemplars).toBeUndefined();
});

it('counts every span once, within its limit of series', () => {
  const spans = fc.array(
    fc.record({
      name: fc.oneof(fc.constantFrom('a', 'b', 'GET /{id}'), fc.string({ unit: 'binary', maxLength: 300 })),
      ms: fc.double({ min: 0, max: 1e7, noNaN: true }),
      kind: fc.integer({ min: 0, max: 5 }),
      status: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 20 }), (all, maxSeries) => {
      const metrics = createSpanMetrics({ maxSeries });
      for (const { name, ms, kind, status } of all) {
        metrics.observe(observedSpan(name, ms, { kind, status }), false);
      }
      expect(metrics.series.reduce((sum, { count }) => sum + count, 0)).toBe(all.length);
      expect(metrics.series.length).toBeLessThanOrEqual(maxSeries + 18);
    }),
  );
});
