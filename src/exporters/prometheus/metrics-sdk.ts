// The parts that OpenTelemetry's metrics SDK does: the numbers of delivery, and the way out by OTLP.

import type { ExportResult } from '@opentelemetry/core';
import type {
  MeterProvider,
  MetricProducer,
  MetricReader,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { withTimeout } from '../../core/with-timeout.js';
import { DELIVERY_DEFAULTS } from '../../delivery/defaults.js';
import { safeText } from '../../core/diagnostics.js';
import { maskEndpoint } from '../../core/endpoint.js';
import { observeDelivery } from '../../delivery/metrics/sdk-metrics.js';
import type { ExporterContext } from '../exporter.js';
import type { PrometheusPush } from './options.js';
import * as installedPackages from './metrics-packages.cjs';

/** What the metrics SDK is started for. */
export interface MetricsSdkOptions {
  readonly context: ExporterContext;
  /** The span metrics, for the way out by OTLP. */
  readonly producer: MetricProducer;
  /** How to send, where it is asked for. */
  readonly push: PrometheusPush | undefined;
  /** Where the packages come from. @default the application's installation */
  readonly packages?: MetricsPackages;
}

/** The optional peers; each function throws where its package is not installed. */
export type MetricsPackages = Pick<typeof installedPackages, 'loadMetrics' | 'loadOtlp'>;

/** The running metrics SDK. Nothing of it rejects. */
export interface MetricsSdk {
  /** The numbers of delivery as they stand. */
  collect(): Promise<ResourceMetrics>;
  flush(timeoutMs: number): Promise<void>;
  shutdown(timeoutMs: number): Promise<void>;
}

const DEFAULT_INTERVAL_MS = 60_000;
const DELIVERY = 'the otel.sdk metrics of delivery';

/**
 * Starts the metrics SDK.
 *
 * @returns undefined where it is not installed; one warning says what is missing on the page then, and how to get it
 */
export function startMetricsSdk(parts: MetricsSdkOptions): MetricsSdk | undefined {
  const { context, push, packages = installedPackages } = parts;
  const missing = push === undefined ? DELIVERY : `${DELIVERY} and without metrics sent as OTLP`;
  const sdk = installed(packages.loadMetrics, '@opentelemetry/sdk-metrics', missing, context);
  if (sdk === undefined) return undefined;
  /** Collects when the page is asked for, and at no other time. */
  class PageReader extends sdk.MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const pageReader = new PageReader();
  const pushReader = push === undefined ? undefined : createPushReader(parts, push, sdk);
  const readers: MetricReader[] = pushReader === undefined ? [pageReader] : [pageReader, pushReader];
  const provider: MeterProvider = new sdk.MeterProvider({ resource: context.resource, readers });
  const stopObserving = observeDelivery(provider, context.deliveryStats);
  return {
    collect: async () => (await pageReader.collect()).resourceMetrics,
    async flush(timeoutMs) {
      // What fails is said by the exporter around it.
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
  const otlp = installed(
    packages.loadOtlp,
    '@opentelemetry/exporter-metrics-otlp-proto',
    'metrics sent as OTLP',
    context,
  );
  if (otlp === undefined) return undefined;
  const { endpoint, headers, intervalMs = DEFAULT_INTERVAL_MS } = push;
  // Totals that did not arrive go out with the next request; no request holds up the end of the process for longer.
  const { shutdownTimeoutMs = DELIVERY_DEFAULTS.shutdownTimeoutMs } = context.delivery;
  const timeoutMs = Math.min(intervalMs, shutdownTimeoutMs);
  const url = endpoint === undefined ? undefined : metricsUrl(endpoint);
  const exporter = new otlp.OTLPMetricExporter({
    timeoutMillis: timeoutMs,
    ...(url === undefined ? {} : { url }),
    ...(headers === undefined ? {} : { headers: { ...headers } }),
  });
  return new sdk.PeriodicExportingMetricReader({
    exporter: saying(exporter, url, context),
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: timeoutMs,
    metricProducers: [producer],
  });
}

/** The exporter, with its failures said: OpenTelemetry tells them to a logger that is off by default. */
function saying(
  exporter: PushMetricExporter,
  url: string | undefined,
  { diagnostics }: ExporterContext,
): PushMetricExporter {
  const shown = url === undefined ? 'the OTLP endpoint of the environment' : maskEndpoint(url);
  return {
    export(metrics, done) {
      exporter.export(metrics, (result: ExportResult) => {
        if (result.code !== 0) {
          diagnostics.once(
            `prometheus:push:${shown}`,
            'warn',
            `prometheus: metrics were not accepted by ${shown}: ${safeText(result.error)}. The totals go out with the next request; 'push.endpoint' says where to.`,
          );
        }
        done(result);
      });
    },
    // Bound here: the reader takes an exporter's methods off it.
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

/** A base URL gets OTLP's path; one with a path is meant as it stands (Prometheus listens on `/api/v1/otlp/v1/metrics`). */
function metricsUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/metrics';
  return url.href;
}

function installed<T>(
  load: () => T,
  name: string,
  what: string,
  { diagnostics }: ExporterContext,
): T | undefined {
  try {
    return load();
  } catch (error) {
    // Not installed, or broken: everything else works without it, and this line says what does not.
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'MODULE_NOT_FOUND' ? `${name} is not installed` : `${name}: ${safeText(error)}`;
    diagnostics.once(
      `prometheus:${name}`,
      'warn',
      `prometheus: without ${what}: ${why}. Install it with: npm install ${name}`,
    );
    return undefined;
  }
}
