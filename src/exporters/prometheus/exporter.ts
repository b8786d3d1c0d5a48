// Rate, errors and duration of every span as metrics: counted as spans end, served as a page, sent as OTLP.

import type { Check } from '../../core/check.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { safeText } from '../../core/diagnostics.js';
import type { Exporter, ExporterContext } from '../exporter.js';
import { isSampled } from '../../spans/is-sampled.js';
import { ByteBuffer, PIECE_BYTES } from './byte-buffer.js';
import { type ResolvedOptions, resolveOptions, resolveListenAddress, type PrometheusOptions } from './options.js';
import { createMetricProducer } from './metric-producer.js';
import { type MetricsSdk, startMetricsSdk } from './metrics-sdk.js';
import { writeSdkMetrics, writeTargetInfo } from './sdk-metrics-text.js';
import { checkEndpoint } from './check-endpoint.js';
import { type ScrapeServer, startScrapeServer } from './scrape-server.js';
import { SpanMetricsWriter } from './span-metrics-text.js';
import { SpanMetrics } from './span-metrics.js';
import type { TextFormat } from './text-format.js';

/** One switched-on exporter. */
interface Running {
  readonly page: ScrapeServer | undefined;
  readonly sdk: MetricsSdk | undefined;
}

const UNITS_PER_SECOND = { ms: 1_000, s: 1 } as const;

/**
 * Counts every ended span, sampled or not, by name, kind and status, and shows rate, errors and durations to Prometheus: on a
 * page that it scrapes and, if asked for, as OTLP. Names and labels are those of the Collector's span metrics connector.
 *
 * @param options what is measured, and where it can be read; mistakes throw a `TraceError`
 * @example
 * init({ service: 'orders', exporter: ['otlp', prometheus({ port: 9464 })], sample: 0.01 });
 * // curl http://127.0.0.1:9464/metrics
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
 */
export function prometheus(options: PrometheusOptions = {}): Exporter {
  const checked = resolveOptions(options);
  let running: Running | undefined;

  return {
    name: 'prometheus',
    sees: 'every',
    get endpoint() {
      return running?.page?.url ?? (checked.push === undefined ? '' : 'metrics as OTLP');
    },
    processor(context) {
      const table = createTable(checked, context);
      running = run(checked, context, table);
      return counting(table);
    },
    async check(): Promise<Check> {
      if (running === undefined) return NOT_STARTED;
      if (running.page !== undefined) return checkEndpoint(running.page);
      return { name: 'prometheus', status: 'ok', message: 'no page is served; metrics are sent as OTLP' };
    },
    controls: () => ({
      flush: async timeoutMs => running?.sdk?.flush(timeoutMs),
      async shutdown(timeoutMs) {
        await Promise.all([running?.page?.close(), running?.sdk?.shutdown(timeoutMs)]);
      },
      // Numbers are kept for the next scrape; none of them is lost by waiting.
      rescue: () => {},
      isIdle: () => checked.push === undefined,
    }),
  };
}

function counting(table: SpanMetrics): SpanProcessor {
  return {
    onStart() {},
    onEnd: span => table.observe(span, isSampled(span)),
    async forceFlush() {},
    async shutdown() {},
  };
}

function createTable(options: ResolvedOptions, { service, diagnostics }: ExporterContext): SpanMetrics {
  const { buckets, unit, maxSeries, exemplars } = options;
  return new SpanMetrics({
    service,
    bounds: unit === 'ms' ? buckets : buckets.map(bound => bound / 1_000),
    perSecond: UNITS_PER_SECOND[unit],
    maxSeries,
    exemplars,
    nowMs: Date.now,
    onOverflow: name =>
      diagnostics.warn(
        `prometheus: there is no room for further span names (maxSeries ${maxSeries}); new ones such as ${JSON.stringify(safeText(name).slice(0, 60))} are counted under '_OTHER'. Take what varies (ids, URLs) out of span names and into attributes, or raise prometheus({ maxSeries }).`,
      ),
  });
}

function run(options: ResolvedOptions, context: ExporterContext, table: SpanMetrics): Running {
  const { diagnostics, env, resource } = context;
  const { namespace, unit, path, push } = options;
  const producer = createMetricProducer({ spanMetrics, resource, namespace, unit, nowMs: Date.now });
  const sdk = startMetricsSdk({ context, producer, push });
  const spans = new SpanMetricsWriter(table, { namespace, unit });

  async function* pieces(format: TextFormat): AsyncGenerator<Uint8Array, void> {
    const delivery = await sdk?.collect();
    const page = new ByteBuffer();
    for (const _ of spans.write(page, format)) {
      if (page.length < PIECE_BYTES) continue;
      yield page.take();
      // However fast the other end reads, the application has its turn.
      await nextTurn();
    }
    if (delivery !== undefined) writeSdkMetrics(page, delivery, format);
    writeTargetInfo(page, resource.attributes, format);
    if (format === 'openmetrics') page.writeText('# EOF\n');
    yield page.take();
  }

  const address = resolveListenAddress(options, env, diagnostics);
  return {
    page: address === undefined ? undefined : startScrapeServer({ ...address, path, diagnostics, pieces }),
    sdk,
  };
}

const NOT_STARTED: Check = {
  name: 'prometheus',
  status: 'error',
  message: 'not started',
  fix: 'Call init() first.',
};
