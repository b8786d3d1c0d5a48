import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ByteBuffer } from '../../../../src/exporters/prometheus/byte-buffer.js';
import { SpanMetricsWriter } from '../../../../src/exporters/prometheus/span-metrics-text.js';
import {
  type ObservedSpan,
  SpanMetrics,
  type SpanMetricsOptions,
} from '../../../../src/exporters/prometheus/span-metrics.js';
import { readExposition, sumOf } from '../../../support/read-exposition.js';

const CALLS = 'traces_span_metrics_calls_total';
const DURATION = 'traces_span_metrics_duration_milliseconds';

function makeTable(options: Partial<SpanMetricsOptions> = {}): SpanMetrics {
  return new SpanMetrics({
    service: 'orders',
    bounds: [1, 10],
    perSecond: 1000,
    maxSeries: 100,
    exemplars: true,
    nowMs: () => 1_700_000_000_123,
    onOverflow: () => {},
    ...options,
  });
}

function span(name: string, ms: number, { kind = 0, status = 0, id = 1 } = {}): ObservedSpan {
  const nanoseconds = Math.round(ms * 1e6);
  return {
    name,
    kind,
    status: { code: status },
    duration: [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9],
    spanContext: () => ({ traceId: `${id}`.padStart(32, '0'), spanId: `${id}`.padStart(16, '0') }),
  };
}

function pageOf(table: SpanMetrics, format: 'openmetrics' | 'prometheus' = 'openmetrics'): string {
  const page = new ByteBuffer();
  const pieces: Buffer[] = [];
  const text = new SpanMetricsWriter(table, { namespace: 'traces.span.metrics', unit: 'ms' });
  // Taken away whenever that is possible: no series reaches across.
  for (const _ of text.write(page, format)) pieces.push(page.take());
  return Buffer.concat([...pieces, page.take()]).toString();
}

describe('SpanTable', () => {
  it('counts a duration in the first bucket whose bound is not below it', () => {
    const table = makeTable();
    for (const ms of [0, 1, 1.000001, 10, 10.000001, 60_000]) table.observe(span('a', ms), false);
    expect(table.series.map(({ counts, count, sum }) => ({ counts, count, sum }))).toEqual([
      { counts: [2, 2, 2], count: 6, sum: expect.closeTo(60_022.000002, 9) },
    ]);
  });

  it('tells series apart by name, kind and status, under the names of the span metrics connector', () => {
    const table = makeTable();
    table.observe(span('GET /', 1, { kind: 1, status: 2 }), false);
    table.observe(span('GET /', 1, { kind: 2, status: 1 }), false);
    table.observe(span('GET /', 1, { kind: 3 }), false);
    table.observe(span('GET /', 1, { kind: 4 }), false);
    table.observe(span('GET /', 1), false);
    table.observe(span('GET /', 1, { kind: 17, status: 9 }), false);
    expect(table.series.map(({ attributes }) => attributes)).toEqual(
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

  it('counts what there is no room for under one name, by kind and status, and says so once', () => {
    const onOverflow = vi.fn();
    const table = makeTable({ maxSeries: 2, onOverflow });
    for (let id = 0; id < 500; id++) {
      table.observe(span(`GET /orders/${id}`, 1, { status: id % 5 === 0 ? 2 : 0 }), true);
    }
    expect(table.series).toHaveLength(4);
    const samples = readExposition(pageOf(table));
    expect(sumOf(samples, CALLS)).toBe(500);
    expect(sumOf(samples, CALLS, { status_code: 'STATUS_CODE_ERROR' })).toBe(100);
    expect(sumOf(samples, CALLS, { span_name: '_OTHER', otel_metric_overflow: 'true' })).toBe(498);
    expect(onOverflow.mock.calls).toEqual([['GET /orders/2']]);
  });

  it('goes on counting the names it has when there is no room', () => {
    const table = makeTable({ maxSeries: 1 });
    for (const name of ['first', 'second', 'first']) table.observe(span(name, 1), false);
    expect(sumOf(readExposition(pageOf(table)), CALLS, { span_name: 'first' })).toBe(2);
  });

  it('cuts endless names, and makes halves of characters one name, so that no series comes twice', () => {
    const table = makeTable();
    for (const tail of ['a', 'b']) table.observe(span('x'.repeat(300) + tail, 1), false);
    for (const name of ['\ud800', '\udfff', '\ufffd']) table.observe(span(name, 1), false);
    const samples = readExposition(pageOf(table));
    expect(table.series).toHaveLength(2);
    expect(sumOf(samples, CALLS, { span_name: '\ufffd' })).toBe(3);
    expect(sumOf(samples, CALLS, { span_name: `${'x'.repeat(255)}…` })).toBe(2);
  });

  it('names the latest kept span of each bucket, in OpenMetrics only', () => {
    const table = makeTable();
    for (const [id, ms] of [
      [1, 0.5],
      [2, 0.7],
      [3, 50],
    ] as const) {
      table.observe(span('a', ms, { id }), true);
    }
    table.observe(span('a', 0.9, { id: 4 }), false);
    const buckets = readExposition(pageOf(table)).filter(({ name }) => name.endsWith('_bucket'));
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
    expect(pageOf(table, 'prometheus')).not.toContain(' # {');
    expect(pageOf(table, 'prometheus')).toContain('le="1"} 3\n');
  });

  it('lets no control character onto the page, where Prometheus takes a zero for its end', () => {
    const table = makeTable();
    for (const name of ['a\0b', 'a\rb', 'a\nb', 'a b']) table.observe(span(name, 1), false);
    expect(sumOf(readExposition(pageOf(table)), CALLS, { span_name: 'a b' })).toBe(4);
    expect(table.series).toHaveLength(1);
  });

  it('remembers no exemplars where none are wanted', () => {
    const table = makeTable({ exemplars: false });
    table.observe(span('a', 1), true);
    expect(pageOf(table)).not.toContain('trace_id');
  });

  it('writes pages that add up, whatever the spans are', () => {
    const spans = fc.array(
      fc.record({
        name: fc.oneof(fc.constantFrom('a', 'b', 'GET /{id}'), fc.string({ unit: 'binary', maxLength: 300 })),
        ms: fc.double({ min: 0, max: 1e7, noNaN: true }),
        kind: fc.integer({ min: 0, max: 5 }),
        status: fc.integer({ min: 0, max: 2 }),
        kept: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(spans, fc.integer({ min: 1, max: 20 }), (all, maxSeries) => {
        const table = makeTable({ maxSeries });
        for (const { name, ms, kind, status, kept } of all)
          table.observe(span(name, ms, { kind, status }), kept);
        const samples = readExposition(all.length === 0 ? '# EOF\n' : pageOf(table));
        expect(sumOf(samples, CALLS)).toBe(all.length);
        expect(sumOf(samples, `${DURATION}_count`)).toBe(all.length);
        expect(sumOf(samples, `${DURATION}_bucket`, { le: '+Inf' })).toBe(all.length);
        expect(sumOf(samples, `${DURATION}_bucket`, { le: '10.0' })).toBe(
          all.filter(({ ms }) => Math.round(ms * 1e6) <= 1e7).length,
        );
        expect(table.series.length).toBeLessThanOrEqual(maxSeries + 18);
      }),
      { numRuns: 40 },
    );
  });
});
