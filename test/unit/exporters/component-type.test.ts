// The component type of an exporter in the `otel.sdk.*` metrics.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, it, vi } from 'vitest';
import { observeDelivery } from '../../../src/delivery/metrics/sdk-metrics.js';
import { consoleTree, file, honeycomb, memory } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';

/** Collects on demand. */
class Reader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

const SILENT = { error() {}, warn() {}, info() {}, debug() {} };
const TYPES = [
  'file_span_exporter',
  'memory_span_exporter',
  'console_span_exporter',
  'otlp_http_span_exporter',
];

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('follows the conventions for OTLP over HTTP, and is the name of any other exporter', async () => {
  vi.stubEnv('HONEYCOMB_API_KEY', '');
  const folder = mkdtempSync(join(tmpdir(), 'trace-component-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exporters = [file({ path: join(folder, 'x.jsonl') }), memory(), consoleTree(), honeycomb()];
  const reader = new Reader();
  const handle = init({ exporter: exporters, instrument: false, logger: SILENT });
  cleanups.push(() => handle.shutdown());
  cleanups.push(observeDelivery(new MeterProvider({ readers: [reader] }), () => trace.stats()));
  const types = async (): Promise<unknown[]> =>
    (await reader.collect()).resourceMetrics.scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .filter(({ descriptor }) => descriptor.name === 'otel.sdk.exporter.span.exported')
      .flatMap(({ dataPoints }) => dataPoints.map(({ attributes }) => attributes['otel.component.type']));

  expect(await types()).toEqual(TYPES);
  trace.span('work', () => undefined);
  // Without its key honeycomb is disabled, and counts its spans.
  expect(trace.stats().exporters.map(({ ended }) => ended)).toEqual([1, 1, 1, 1]);
  expect(await types()).toEqual(TYPES);
});
