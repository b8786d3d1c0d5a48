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
import { addExportListener, notifyExportListeners } from '../../../../src/delivery/metrics/export-listeners.js';
import type { DeliveryStats } from '../../../../src/delivery/stats.js';
import { makeSpan } from '../../../support/spans.js';
import {
  FakeOwners,
  makeDiagnostics,
  makeWorld,
  MemoryFiles,
  type World,
} from '../../../support/delivery-fixture.js';

/** Reads when it is told to. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  metrics.disable();
});

function makeProvider(): { provider: MeterProvider; read: () => Promise<MetricData[]> } {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  const read = async () =>
    (await reader.collect()).resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  return { provider, read };
}

/** `name{what differs}: value`, for sums; histograms give their count and sum. */
function shown(all: readonly MetricData[]): Record<string, unknown> {
  return Object.fromEntries(
    all.flatMap(({ descriptor, dataPoints }) =>
      (dataPoints as DataPoint<number | Histogram>[]).map(({ attributes, value }) => {
        const { 'otel.component.name': component, 'otel.component.type': _, ...rest } = attributes;
        const marks = [component, ...Object.values(rest)].join(' ');
        const number = typeof value === 'number' ? value : { count: value.count, sum: value.sum };
        return [`${descriptor.name.slice('otel.sdk.'.length)} ${marks}`, number];
      }),
    ),
  );
}

function statsOf(...worlds: World[]): () => DeliveryStats {
  return () => ({ exporters: worlds.map(({ delivery }) => delivery.stats()) });
}

function end(world: World, count: number): void {
  for (let i = 0; i < count; i++) world.delivery.processor.onEnd(makeSpan({ name: `s${i}` }));
}

describe('observeDelivery', () => {
  it('shows each place a span can be in under the names of the conventions', async () => {
    const world = makeWorld();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(world)));
    world.backend.mood = request =>
      (['partial', { status: 401 }, 'ok', 'refuse'] as const)[request] ?? 'refuse';
    for (const count of [3, 4, 5, 6]) {
      end(world, count);
      await world.time.advance(1_500);
    }
    end(world, 2);
    expect(shown(await read())).toEqual({
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

  it('uses the instruments, units and component types that the conventions give', async () => {
    const world = makeWorld();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(world)));
    end(world, 1);
    await world.time.advance(1_500);
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

  it('names the exporter by how it writes spans', async () => {
    const worlds = (['http/protobuf', 'http/json'] as const).map(protocol =>
      makeWorld({}, { name: protocol, protocol }),
    );
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(...worlds)));
    for (const world of worlds) {
      end(world, 1);
      await world.time.advance(1_500);
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

  it('names what the queue dropped, and what the end overtook', async () => {
    const world = makeWorld({ maxQueueBytes: 1, maxChunkBytes: 1 });
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(world)));
    end(world, 3);
    await world.delivery.shutdown(0);
    end(world, 2);
    const numbers = shown(await read());
    expect(numbers['processor.span.processed batching_span_processor/otlp queue_full']).toBe(3);
    expect(numbers['processor.span.processed batching_span_processor/otlp already_shutdown']).toBe(2);
  });

  it('counts one operation from the first try to the last, with the pauses between', async () => {
    const world = makeWorld();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(world)));
    world.backend.mood = request => (request < 2 ? { status: 503, retryAfter: '3' } : 'ok');
    end(world, 1);
    await world.time.advance(20_000);
    expect(shown(await read())['exporter.operation.duration otlp_http_span_exporter/otlp 200']).toEqual({
      count: 1,
      sum: 7,
    });
  });

  it('keeps exporters of one name apart, and never lets a counter go back', async () => {
    const files = new MemoryFiles();
    const first = makeWorld({ spool: '/spool' }, { fileSystem: files, segmentOwners: new FakeOwners('me') });
    const second = makeWorld();
    const { provider, read } = makeProvider();
    stops.push(observeDelivery(provider, statsOf(first, second)));
    first.backend.mood = () => 'hang_before';
    end(first, 5);
    await first.time.advance(1_500);
    const key = 'processor.span.processed batching_span_processor/otlp';
    expect(shown(await read())).toMatchObject({ [key]: 5, [`${key}/1`]: 0 });
    first.delivery.rescue();
    expect(first.delivery.stats()).toMatchObject({ spooled: 5, inFlight: 0 });
    expect(shown(await read())[key]).toBe(5);
  });

  it('ends when it is told to', async () => {
    const world = makeWorld();
    const { provider, read } = makeProvider();
    observeDelivery(provider, statsOf(world))();
    end(world, 1);
    await world.time.advance(1_500);
    expect(shown(await read())).toEqual({});
  });
});

describe('observeGlobally', () => {
  it('does nothing while no meter provider is registered', async () => {
    const stats = vi.fn(() => ({ exporters: [] }));
    const world = makeWorld();
    stops.push(observeDeliveryGlobally(stats));
    end(world, 1);
    await world.time.advance(1_500);
    expect(stats).not.toHaveBeenCalled();
  });

  it('finds one that was registered before, and one that comes later, once', async () => {
    for (const late of [false, true]) {
      const world = makeWorld();
      const { provider, read } = makeProvider();
      if (!late) metrics.setGlobalMeterProvider(provider);
      const stop = observeDeliveryGlobally(statsOf(world));
      end(world, 2);
      await world.time.advance(1_500);
      if (late) {
        expect(shown(await read())).toEqual({});
        metrics.setGlobalMeterProvider(provider);
      }
      end(world, 3);
      await world.time.advance(1_500);
      end(world, 4);
      await world.time.advance(1_500);
      const numbers = shown(await read());
      expect(numbers['exporter.span.exported otlp_http_span_exporter/otlp']).toBe(9);
      stop();
      end(world, 1);
      await world.time.advance(1_500);
      expect(shown(await read())['exporter.span.exported otlp_http_span_exporter/otlp']).toBe(9);
      metrics.disable();
    }
  });

  it('survives a provider that throws', async () => {
    const messages: string[] = [];
    const before = globalState.diagnostics;
    globalState.diagnostics = makeDiagnostics(messages, () => 0);
    stops.push(() => {
      globalState.diagnostics = before;
    });
    metrics.setGlobalMeterProvider({
      getMeter: () => {
        throw new Error('no meters today');
      },
    });
    const world = makeWorld();
    stops.push(observeDeliveryGlobally(statsOf(world)));
    end(world, 1);
    await world.time.advance(1_500);
    expect(world.delivery.stats().sent).toBe(1);
    expect(messages.filter(message => message.includes('no meters today'))).not.toEqual([]);
  });
});

describe('onOperation', () => {
  it('tells every listener although one throws', () => {
    const seen: string[] = [];
    stops.push(
      addExportListener(() => {
        throw new Error('mine');
      }),
      addExportListener(({ exporter }) => void seen.push(exporter)),
    );
    const quiet = globalState.diagnostics;
    globalState.diagnostics = makeDiagnostics([], () => 0);
    notifyExportListeners({
      exporter: 'otlp',
      protocol: undefined,
      durationMs: 1,
      status: 200,
      errorType: undefined,
    });
    globalState.diagnostics = quiet;
    expect(seen).toEqual(['otlp']);
  });
});
