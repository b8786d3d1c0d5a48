// Rate, errors and durations of spans as metrics: counted when a span ends, served to Prometheus, and sent as OTLP.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Check } from '../../core/check.js';
import { safeText } from '../../core/diagnostics.js';
import type { SpanProcessor } from '../../core/sdk-types.js';
import { isSampled } from '../../spans/trace-flags.js';
import type { Exporter, ExporterContext } from '../exporter.js';
import { membersOf } from '../exporter-context.js';
import { notStartedCheck } from '../exporter-state.js';
import { withInternalMembers } from '../started-exporter.js';
import { ByteBuffer, CHUNK_BYTES } from './byte-buffer.js';
import { checkEndpoint } from './check-endpoint.js';
import { createMetricProducer } from './metric-producer.js';
import { type MetricsSdk, startMetricsSdk } from './metrics-sdk.js';
import {
  type PrometheusOptions,
  resolveListenAddress,
  type ResolvedOptions,
  resolveOptions,
} from './options.js';
import { type ScrapeServer, startScrapeServer } from './scrape-server.js';
import { writeSdkMetrics, writeTargetInfo } from './sdk-metrics-text.js';
import { SpanMetrics } from './span-metrics.js';
import { SpanMetricsWriter } from './span-metrics-text.js';
import type { TextFormat } from './text-format.js';

/** The running parts of an exporter. */
interface RunningParts {
  readonly server: ScrapeServer | undefined;
  readonly sdk: MetricsSdk | undefined;
}

const NAME = 'prometheus';
const UNITS_PER_SECOND = { ms: 1_000, s: 1 } as const;
const MAX_SHOWN_NAME = 60;

/**
 * Counts every ended span, sampled or not, by name, kind and status. Rate, errors and durations are served to Prometheus and,
 * with the option `push`, sent as OTLP. Metrics and labels have the names of the Collector's span metrics connector.
 *
 * @param options the metrics and the endpoint
 * @throws TraceError with every mistake in the options
 * @example
 * init({ service: 'orders', exporter: ['otlp', prometheus({ port: 9464 })], sample: 0.01 });
 * // curl http://127.0.0.1:9464/metrics
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector
 */
export function prometheus(options: PrometheusOptions = {}): Exporter {
  const resolved = resolveOptions(options);
  let running: RunningParts | undefined;

  return {
    name: NAME,
    get endpoint() {
      return running?.server?.url ?? (resolved.push === undefined ? '' : 'metrics as OTLP');
    },
    start(context) {
      const spanMetrics = createSpanMetrics(resolved, context);
      const parts = startParts(resolved, context, spanMetrics);
      running = parts;
      const processor = createProcessor(spanMetrics);
      return withInternalMembers(
        {
          processor,
          flush: async ({ timeoutMs }) => parts.sdk?.flush(timeoutMs),
          async shutdown({ timeoutMs }) {
            await Promise.all([parts.server?.close(), parts.sdk?.shutdown(timeoutMs)]);
          },
        },
        // The next scrape has all counts, so there is nothing to save.
        { processor, sees: 'every', isIdle: () => resolved.push === undefined },
      );
    },
    async check(): Promise<Check> {
      if (running === undefined) return notStartedCheck(NAME);
      if (running.server !== undefined) return checkEndpoint(running.server);
      return { name: NAME, status: 'ok', message: 'no endpoint is served; metrics are sent as OTLP' };
    },
  };
}

function createProcessor(spanMetrics: SpanMetrics): SpanProcessor {
  return {
    onStart() {},
    onEnd: span => spanMetrics.observe(span, isSampled(span.spanContext())),
    async forceFlush() {},
    async shutdown() {},
  };
}

function createSpanMetrics(
  { buckets, unit, maxSeries, exemplars }: ResolvedOptions,
  context: ExporterContext,
): SpanMetrics {
  const { service } = context;
  const { diagnostics } = membersOf(context);
  return new SpanMetrics({
    service,
    bounds: unit === 'ms' ? buckets : buckets.map(bound => bound / 1_000),
    perSecond: UNITS_PER_SECOND[unit],
    maxSeries,
    exemplars,
    nowMs: Date.now,
    onOverflow(name) {
      const shown = JSON.stringify(safeText(name).slice(0, MAX_SHOWN_NAME));
      diagnostics.report('warn', {
        code: 'metrics_series_limit',
        message: `prometheus: the limit of ${maxSeries} series (maxSeries) is reached, and new span names such as ${shown} are counted under '_OTHER'`,
        fix: 'Move the parts that vary (ids, URLs) from span names to attributes, or raise prometheus({ maxSeries }).',
        source: NAME,
      });
    },
  });
}

function startParts(
  options: ResolvedOptions,
  context: ExporterContext,
  spanMetrics: SpanMetrics,
): RunningParts {
  const { env } = context;
  const { diagnostics, resource } = membersOf(context);
  const { namespace, unit, path, push } = options;
  const producer = createMetricProducer({ spanMetrics, resource, namespace, unit, nowMs: Date.now });
  const sdk = startMetricsSdk({ context, producer, push });
  const writer = new SpanMetricsWriter(spanMetrics, { namespace, unit });

  async function* writeChunks(format: TextFormat): AsyncGenerator<Uint8Array, void> {
    const sdkMetrics = await sdk?.collect();
    const buffer = new ByteBuffer();
    for (const _ of writer.write(buffer, format)) {
      if (buffer.length < CHUNK_BYTES) continue;
      yield buffer.take();
      // The application runs between two chunks, also if the client reads fast.
      await nextTurn();
    }
    if (sdkMetrics !== undefined) writeSdkMetrics(buffer, sdkMetrics, format);
    writeTargetInfo(buffer, resource.attributes, format);
    if (format === 'openmetrics') buffer.writeText('# EOF\n');
    yield buffer.take();
  }

  const address = resolveListenAddress(options, env, diagnostics);
  return {
    server:
      address === undefined ? undefined : startScrapeServer({ ...address, path, diagnostics, writeChunks }),
    sdk,
  };
}
