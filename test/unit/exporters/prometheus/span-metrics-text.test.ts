import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteBuffer } from '../../../../src/exporters/prometheus/byte-buffer.js';
import type { SpanMetrics } from '../../../../src/exporters/prometheus/span-metrics.js';
import { SpanMetricsWriter } from '../../../../src/exporters/prometheus/span-metrics-text.js';
import { readExposition, sumOf } from '../../../support/read-exposition.js';
import { createSpanMetrics, observedSpan } from '../../../support/span-metrics.js';

const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';

function textOf(metrics: SpanMetrics, format: 'openmetrics' | 'prometheus' = 'openmetrics'): string {
  const buffer = new ByteBuffer();
  const chunks: Buffer[] = [];
  const writer = new SpanMetricsWriter(metrics, { namespace: 'traces.span.metrics', unit: 'ms' });
  // A chunk is taken at every yield, so a series that spans two chunks would be damaged.
  for (const _ of writer.write(buffer, format)) chunks.push(buffer.take());
  return Buffer.concat([...chunks, buffer.take()]).toString();
}

it('writes nothing before the first span', () => {
  expect(textOf(createSpanMetrics())).toBe('');
});

it('writes the unit and the namespace into the names', () => {
  const metrics = createSpanMetrics();
  metrics.observe(observedSpan('a', 1), false);
  const buffer = new ByteBuffer();
  for (const _ of new SpanMetricsWriter(metrics, { namespace: '', unit: 's' }).write(buffer, 'prometheus'));
  const text = buffer.take().toString();
  expect(text).toContain('\ncalls_total{');
  expect(text).toContain('\nduration_seconds_count{');
});

it('counts spans above the limit under one name, by kind and status', () => {
  const metrics = createSpanMetrics({ maxSeries: 2 });
  for (let id = 0; id < 500; id++) {
    metrics.observe(observedSpan(`GET /orders/${id}`, 1, { status: id % 5 === 0 ? 2 : 0 }), true);
  }
  expect(metrics.series).toHaveLength(4);
  const samples = readExposition(textOf(metrics));
  expect(sumOf(samples, CALLS)).toBe(500);
  expect(sumOf(samples, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(100);
  expect(sumOf(samples, CALLS, { span_name: '_OTHER', otel_metric_overflow: 'true' })).toBe(498);
});

it('counts known names after the limit was reached', () => {
  const metrics = createSpanMetrics({ maxSeries: 1 });
  for (const name of ['first', 'second', 'first']) metrics.observe(observedSpan(name, 1), false);
  expect(sumOf(readExposition(textOf(metrics)), CALLS, { span_name: 'first' })).toBe(2);
});

it('writes no series twice for long names and lone surrogates', () => {
  const metrics = createSpanMetrics();
  for (const tail of ['a', 'b']) metrics.observe(observedSpan('x'.repeat(300) + tail, 1), false);
  for (const name of ['\ud800', '\udfff', '\ufffd']) metrics.observe(observedSpan(name, 1), false);
  const samples = readExposition(textOf(metrics));
  expect(metrics.series).toHaveLength(2);
  expect(sumOf(samples, CALLS, { span_name: '\ufffd' })).toBe(3);
  expect(sumOf(samples, CALLS, { span_name: `${'x'.repeat(255)}…` })).toBe(2);
});

it('writes exemplars in OpenMetrics only', () => {
  const metrics = createSpanMetrics();
  for (const [id, ms] of [
    [1, 0.5],
    [2, 0.7],
    [3, 50],
  ] as const) {
    metrics.observe(observedSpan('a', ms, { id }), true);
  }
  metrics.observe(observedSpan('a', 0.9, { id: 4 }), false);
  const buckets = readExposition(textOf(metrics)).filter(({ name }) => name.endsWith('_bucket'));
  const exemplar = (id: number, value: number) => ({
    labels: { trace_id: `${id}`.padStart(32, '0'), span_id: `${id}`.padStart(16, '0') },
    value,
    time: 1_700_000_000.123,
  });
  expect(buckets.map(each => [each.labels['le'], each.value, each.exemplar])).toEqual([
    ['1.0', 3, exemplar(2, 0.7)],
    ['10.0', 3, undefined],
    ['+Inf', 4, exemplar(3, 50)],
  ]);
  expect(textOf(metrics, 'prometheus')).not.toContain(' # {');
  expect(textOf(metrics, 'prometheus')).toContain('le="1"} 3\n');
});

it('writes no control characters, because Prometheus reads a zero as the end', () => {
  const metrics = createSpanMetrics();
  for (const name of ['a\0b', 'a\rb', 'a\nb', 'a b']) metrics.observe(observedSpan(name, 1), false);
  expect(sumOf(readExposition(textOf(metrics)), CALLS, { span_name: 'a b' })).toBe(4);
  expect(metrics.series).toHaveLength(1);
});

it('writes no exemplars without the option', () => {
  const metrics = createSpanMetrics({ exemplars: false });
  metrics.observe(observedSpan('a', 1), true);
  expect(textOf(metrics)).not.toContain('trace_id');
});

it('writes valid text whose counts add up, for any spans', () => {
  const spans = fc.array(
    fc.record({
      name: fc.oneof(fc.constantFrom('a', 'b', 'GET /{id}'), fc.string({ unit: 'binary', maxLength: 300 })),
      ms: fc.double({ min: 0, max: 1e7, noNaN: true }),
      kind: fc.integer({ min: 0, max: 5 }),
      status: fc.integer({ min: 0, max: 2 }),
      isKept: fc.boolean(),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 20 }), (all, maxSeries) => {
      const metrics = createSpanMetrics({ maxSeries });
      for (const { name, ms, kind, status, isKept } of all) {
        metrics.observe(observedSpan(name, ms, { kind, status }), isKept);
      }
      const samples = readExposition(all.length === 0 ? '# EOF\n' : textOf(metrics));
      expect(sumOf(samples, CALLS)).toBe(all.length);
      expect(sumOf(samples, `${DURATION}_count`)).toBe(all.length);
      expect(sumOf(samples, `${DURATION}_bucket`, { le: '+Inf' })).toBe(all.length);
      expect(sumOf(samples, `${DURATION}_bucket`, { le: '10.0' })).toBe(
        all.filter(({ ms }) => Math.round(ms * 1e6) <= 1e7).length,
      );
      expect(metrics.series.length).toBeLessThanOrEqual(maxSeries + 18);
    }),
    { numRuns: 40 },
  );
});
