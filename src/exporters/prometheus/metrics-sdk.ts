// The tasks of OpenTelemetry's metrics SDK: collecting the statistics of delivery, and sending metrics as OTLP.

import type { ExportResult } from '@opentelemetry/core';
import type {
  MeterProvider,
  MetricProducer,
  MetricReader,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { type Diagnostics, safeText } from '../../core/diagnostics.js';
import { maskEndpoint } from '../../core/endpoint.js';
import { getErrorCode } from '../../core/error-code.js';
import { withTimeout } from '../../core/with-timeout.js';
import { DELIVERY_DEFAULTS } from '../../delivery/options.js';
import { observeDelivery } from '../../delivery/metrics/sdk-metrics.js';
import type { ExporterContext } from '../exporter.js';
import { membersOf } from '../exporter-context.js';
import * as installedPackages from './metrics-packages.cjs';
import type { PrometheusPush } from './options.js';

/** The data and the destination of the metrics. */
export interface MetricsSdkOptions {
  readonly context: ExporterContext;
  /** The span metrics, which are sent as OTLP. */
  readonly producer: MetricProducer;
  /** The destination. `undefined` sends nothing. */
  readonly push: PrometheusPush | undefined;
  /** @default the packages that the application has installed */
  readonly packages?: MetricsPackages;
}

/** The optional peer dependencies. Each function throws if its package is not installed. */
export type MetricsPackages = Pick<typeof installedPackages, 'loadMetrics' | 'loadOtlp'>;

/** The running metrics SDK. No method rejects. */
export interface MetricsSdk {
  /** Collects the current statistics of delivery. */
  collect(): Promise<ResourceMetrics>;
  flush(timeoutMs: number): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
}

const DEFAULT_INTERVAL_MS = 60_000;

/**
 * Starts the metrics SDK.
 *
 * @returns undefined if the SDK is not installed; one warning names the missing metrics and the package
 */
export function startMetricsSdk(options: MetricsSdkOptions): MetricsSdk | undefined {
  const { context, push, packages = installedPackages } = options;
  const { diagnostics, resource, deliveryStats } = membersOf(context);
  const ofDelivery = 'the otel.sdk metrics of delivery';
  const missing = push === undefined ? ofDelivery : `${ofDelivery} and without metrics sent as OTLP`;
  const sdk = loadPackage(packages.loadMetrics, '@opentelemetry/sdk-metrics', missing, diagnostics);
  if (sdk === undefined) return undefined;
  /** Collects during a scrape only. */
  class ScrapeReader extends sdk.MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const scrapeReader = new ScrapeReader();
  const pushReader = push === undefined ? undefined : createPushReader(options, push, sdk);
  const readers: MetricReader[] = pushReader === undefined ? [scrapeReader] : [scrapeReader, pushReader];
  const provider: MeterProvider = new sdk.MeterProvider({ resource, readers });
  const stopObserving = observeDelivery(provider, deliveryStats);
  return {
    collect: async () => (await scrapeReader.collect()).resourceMetrics,
    async flush(timeoutMs) {
      // reportFailures() has reported a failure.
      if (pushReader !== undefined) await withTimeout(pushReader.forceFlush(), timeoutMs);
    },
    async shutdown(timeoutMs) {
      await withTimeout(provider.shutdown(), timeoutMs);
      stopObserving();
    },
  };
}

function createPushReader(
  { context, producer, packages = installedPackages }: MetricsSdkOptions,
  push: PrometheusPush,
  sdk: ReturnType<MetricsPackages['loadMetrics']>,
): MetricReader | undefined {
  const { diagnostics, delivery } = membersOf(context);
  const name = '@opentelemetry/exporter-metrics-otlp-proto';
  const otlp = loadPackage(packages.loadOtlp, name, 'metrics sent as OTLP', diagnostics);
  if (otlp === undefined) return undefined;
  const { endpoint, headers, intervalMs = DEFAULT_INTERVAL_MS } = push;
  // A failed request may lose no totals, because the next request has them. So no request may delay the shutdown further.
  const { flushTimeoutMs = DELIVERY_DEFAULTS.flushTimeoutMs } = delivery;
  const timeoutMs = Math.min(intervalMs, flushTimeoutMs);
  const url = endpoint === undefined ? undefined : toMetricsUrl(endpoint);
  const exporter = new otlp.OTLPMetricExporter({
    timeoutMillis: timeoutMs,
    ...(url === undefined ? {} : { url }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  });
  return new sdk.PeriodicExportingMetricReader({
    exporter: reportFailures(exporter, url, diagnostics),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
    metricProducers: [producer],
  });
}

/** Reports failed requests. OpenTelemetry writes them to a logger that is off by default. */
function reportFailures(
  exporter: PushMetricExporter,
  url: string | undefined,
  diagnostics: Diagnostics,
): PushMetricExporter {
  const shown = url === undefined ? 'the OTLP endpoint of the environment' : maskEndpoint(url);
  return {
    export(metrics, done) {
      exporter.export(metrics, (result: ExportResult) => {
        if (result.code !== 0) {
          diagnostics.reportOnce(`prometheus:push:${shown}`, 'warn', {
            code: 'metrics_push_failed',
            message: `prometheus: ${shown} did not accept metrics: ${safeText(result.error)}`,
            why: 'The next request has the current totals.',
            fix: "Check the endpoint, which the option 'push.endpoint' sets.",
            source: 'prometheus',
          });
        }
        done(result);
      });
    },
    // Bound, because the reader calls these methods without the exporter.
    ...(exporter.selectAggregation === undefined
      ? {}
      : { selectAggregation: exporter.selectAggregation.bind(exporter) }),
    ...(exporter.selectAggregationTemporality === undefined
      ? {}
      : { selectAggregationTemporality: exporter.selectAggregationTemporality.bind(exporter) }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** Adds OTLP's path to a base URL. A URL with a path is used unchanged: Prometheus has `/api/v1/otlp/v1/metrics`. */
function toMetricsUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/metrics';
  return url.href;
}

function loadPackage<T>(
  load: () => T,
  name: string,
  feature: string,
  diagnostics: Diagnostics,
): T | undefined {
  try {
    return load();
  } catch (error) {
    // The package is not installed, or broken. The other metrics do not need it.
    const isMissing = getErrorCode(error) === 'MODULE_NOT_FOUND';
    const reason = isMissing ? 'is not installed' : `cannot be loaded: ${safeText(error)}`;
    diagnostics.reportOnce(`prometheus:${name}`, 'warn', {
      code: 'metrics_package_missing',
      message: `prometheus runs without ${feature}, because ${name} ${reason}`,
      fix: `Install it with: npm install ${name}`,
      source: name,
    });
    return undefined;
  }
}
