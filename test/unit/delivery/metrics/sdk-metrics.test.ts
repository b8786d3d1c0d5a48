import { metrics } from '@opentelemetry/api';
import {
  type DataPoint,
  type Histogram,
  MeterProvider,
  MetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { globalState } from '../../../../src/core/global-state.js';
import { observeDelivery, observeDeliveryGlobally } from '../../../../src/delivery/metrics/sdk-metrics.js';
import type { DeliveryStats } from '../../../../src/delivery/stats.js';
import { collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { type DeliveryFixture, startDelivery } from '../../../support/delivery-fixture.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../../../support/memory-file-system.js';

/** Reads when the test asks for it. */
class ManualReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  metrics.disable();
});

function makeProvider(): { provider: MeterProvider; read: () => Promise<MetricData[]> } {
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader] });
  const read = async () =>
    (await reader.collect()).resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  return { provider, read };
}

/** The value of each series by its name and attributes. A histogram has its count and sum. */
function valuesOf(all: readonly MetricData[]): Record<string, unknown> {
  return Object.fromEntries(
    all.flatMap(({ descriptor, dataPoints }) =>
      (dataPoints as DataPoint<number | Histogram>[]).map(({ attributes, value }) => {
        const { 'otel.component.name': component, 'otel.component.type': _, ...rest } = attributes;
        const labels = [component, ...Object.values(rest)].join(' ');
        const number = typeof value === 'number' ? value : { count: value.count, sum: value.sum };
        return [`${descriptor.name.slice('otel.sdk.'.length)} ${labels}`, number];
      }),
    ),
  );
}

function statsOf(...fixtures: DeliveryFixture[]): () => DeliveryStats {
  return () => ({ exporters: fixtures.map(({ delivery }) => delivery.stats()), lateCalls: 0 });
}

describe('observeDelivery', () => {
  it('reports each place of a span under the names of the conventions', async () => {
    const fixture = startDelivery();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(fixture)));
    fixture.backend.behavior = request =>
      (['partial', { status: 401 }, 'ok', 'refuse'] as const)[request] ?? 'refuse';
    for (const count of [3, 4, 5, 6]) {
      fixture.endSpans(count);
      await fixture.time.advance(1_500);
    }
    fixture.endSpans(2);
    expect(valuesOf(await read())).toEqual({
      'processor.span.queue.size batching_span_processor/otlp': 2,
      'processor.span.processed batching_span_processor/otlp': 18,
      'exporter.span.inflight otlp_http_span_exporter/otlp': 6,
      'exporter.span.exported otlp_http_span_exporter/otlp': 7,
      'exporter.span.exported otlp_http_span_exporter/otlp rejected': 1,
      'exporter.span.exported otlp_http_span_exporter/otlp rejected_by_backend': 4,
      'exporter.operation.duration otlp_http_span_exporter/otlp 200': { count: 1, sum: 0 },
      'exporter.operation.duration otlp_http_span_exporter/otlp 200 rejected': { count: 1, sum: 0 },
      'exporter.operation.duration otlp_http_span_exporter/otlp 401 401': { count: 1, sum: 0 },
    });
  });

  it('uses the instruments, units and component types of the conventions', async () => {
    const fixture = startDelivery();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(fixture)));
    fixture.endSpans(1);
    await fixture.time.advance(1_500);
    const all = await read();
    const kinds = all.map(({ descriptor, ...data }) => [
      descriptor.name,
      descriptor.unit,
      'isMonotonic' in data ? data.isMonotonic : 'histogram',
      data.dataPoints[0]?.attributes['otel.component.type'],
    ]);
    expect(kinds.sort()).toEqual([
      ['otel.sdk.exporter.operation.duration', 's', 'histogram', 'otlp_http_span_exporter'],
      ['otel.sdk.exporter.span.exported', '{span}', true, 'otlp_http_span_exporter'],
      ['otel.sdk.exporter.span.inflight', '{span}', false, 'otlp_http_span_exporter'],
      ['otel.sdk.processor.span.processed', '{span}', true, 'batching_span_processor'],
      ['otel.sdk.processor.span.queue.size', '{span}', false, 'batching_span_processor'],
    ]);
  });

  it('names the exporter by its encoding', async () => {
    const fixtures = (['http/protobuf', 'http/json'] as const).map(protocol =>
      startDelivery({}, { name: protocol, protocol }),
    );
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(...fixtures)));
    for (const fixture of fixtures) {
      fixture.endSpans(1);
      await fixture.time.advance(1_500);
    }
    const exporters = (await read())
      .filter(({ descriptor }) => descriptor.name.startsWith('otel.sdk.exporter.'))
      .map(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes))
      .map(all => all.map(each => [each['otel.component.name'], each['otel.component.type']]));
    const expected = [
      ['otlp_http_span_exporter/http/protobuf', 'otlp_http_span_exporter'],
      ['otlp_http_json_span_exporter/http/json', 'otlp_http_json_span_exporter'],
    ];
    expect(exporters).toEqual([expected, expected, expected]);
  });

  it('reports dropped spans, and spans that ended after the shutdown, by their error type', async () => {
    const fixture = startDelivery({ maxQueueBytes: 1, maxChunkBytes: 1 });
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(fixture)));
    fixture.endSpans(3);
    await fixture.delivery.shutdown(0);
    fixture.endSpans(2);
    const numbers = valuesOf(await read());
    expect(numbers['processor.span.processed batching_span_processor/otlp queue_full']).toBe(3);
    expect(numbers['processor.span.processed batching_span_processor/otlp already_shutdown']).toBe(2);
  });

  it('measures an operation from the first request to the last, with the pauses', async () => {
    const fixture = startDelivery();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(fixture)));
    fixture.backend.behavior = request => (request < 2 ? { status: 503, retryAfter: '3' } : 'ok');
    fixture.endSpans(1);
    await fixture.time.advance(20_000);
    expect(valuesOf(await read())['exporter.operation.duration otlp_http_span_exporter/otlp 200']).toEqual({
      count: 1,
      sum: 7,
    });
  });

  it('distinguishes exporters of the same name, and never decreases a counter', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = startDelivery(
      { spool: '/spool' },
      { fileSystem, segmentOwners: new FakeSegmentOwners('me') },
    );
    const second = startDelivery();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(first, second)));
    first.backend.behavior = () => 'hang_before';
    first.endSpans(5);
    await first.time.advance(1_500);
    const key = 'processor.span.processed batching_span_processor/otlp';
    expect(valuesOf(await read())).toMatchObject({ [key]: 5, [`${key}/1`]: 0 });
    first.delivery.rescue();
    expect(first.delivery.stats()).toMatchObject({ spooled: 5, inFlight: 0 });
    expect(valuesOf(await read())[key]).toBe(5);
  });

  it('reports nothing after it was stopped', async () => {
    const fixture = startDelivery();
    const { provider, read } = makeProvider();
    observeDelivery(provider, statsOf(fixture))();
    fixture.endSpans(1);
    await fixture.time.advance(1_500);
    expect(valuesOf(await read())).toEqual({});
  });
});

describe('observeDeliveryGlobally', () => {
  it('does nothing while no meter provider is registered', async () => {
    const stats = vi.fn(() => ({ exporters: [], lateCalls: 0 }));
    const fixture = startDelivery();
    stops.push(observeDeliveryGlobally(stats));
    fixture.endSpans(1);
    await fixture.time.advance(1_500);
    expect(stats).not.toHaveBeenCalled();
  });

  it('uses a provider that was registered before, and one that is registered later, once', async () => {
    for (const late of [false, true]) {
      const fixture = startDelivery();
      const { provider, read } = makeProvider();
      if (!late) metrics.setGlobalMeterProvider(provider);
      const stop = observeDeliveryGlobally(statsOf(fixture));
      fixture.endSpans(2);
      await fixture.time.advance(1_500);
      if (late) {
        expect(valuesOf(await read())).toEqual({});
        metrics.setGlobalMeterProvider(provider);
      }
      fixture.endSpans(3);
      await fixture.time.advance(1_500);
      fixture.endSpans(4);
      await fixture.time.advance(1_500);
      const numbers = valuesOf(await read());
      expect(numbers['exporter.span.exported otlp_http_span_exporter/otlp']).toBe(9);
      stop();
      fixture.endSpans(1);
      await fixture.time.advance(1_500);
      expect(valuesOf(await read())['exporter.span.exported otlp_http_span_exporter/otlp']).toBe(9);
      metrics.disable();
    }
  });

  it('reports a provider that throws, and delivery continues', async () => {
    const { diagnostics, captured } = collectDiagnostics();
    const before = globalState.diagnostics;
    globalState.diagnostics = diagnostics;
    stops.push(() => {
      globalState.diagnostics = before;
    });
    metrics.setGlobalMeterProvider({
      getMeter: () => {
        throw new Error('no meters today');
      },
    });
    const fixture = startDelivery();
    stops.push(observeDeliveryGlobally(statsOf(fixture)));
    fixture.endSpans(1);
    await fixture.time.advance(1_500);
    expect(fixture.delivery.stats().sent).toBe(1);
    expect(captured[0]).toMatchObject({ code: 'callback_failed', source: 'the global meter provider' });
    expect(captured[0]?.message).toContain('no meters today');
  });
});
