// The statistics of delivery as OpenTelemetry's SDK metrics. In the conventions, a destination is two components: a processor
// that queues, and an exporter that sends.
// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/

import {
  type Attributes,
  type BatchObservableResult,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  metrics,
  type ObservableCounter,
  type ObservableUpDownCounter,
  ValueType,
} from '@opentelemetry/api';
import { guarded } from '../../core/guard.js';
import { SCOPE_NAME, VERSION } from '../../core/version.js';
import { addExportListener } from './export-listeners.js';
import type { DeliveryStats, ExporterStats, KnownDropReason, Protocol } from '../stats.js';

/** The attributes of the two components of a destination. */
interface Components {
  readonly processor: Attributes;
  readonly exporter: Attributes;
}

/** The drop reasons of the backend or the exporter. All others apply before a span reaches the exporter. */
const EXPORTER_DROPS: ReadonlySet<string> = new Set<KnownDropReason>([
  'rejected_by_backend',
  'too_large',
  'export_failed',
]);
/** The application leaves these spans out on purpose, so they are no failures. */
const INTENDED_DROPS: ReadonlySet<string> = new Set<KnownDropReason>(['filtered']);

/**
 * Reports the statistics of delivery as `otel.sdk.*` metrics.
 *
 * @param provider the meter provider
 * @param read returns the current statistics, as `trace.stats` does
 * @returns a function that stops the reports
 * @example
 * const stop = observeDelivery(meterProvider, () => trace.stats());
 * @see https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/
 */
export function observeDelivery(provider: MeterProvider, read: () => DeliveryStats): () => void {
  const meter = provider.getMeter(SCOPE_NAME, VERSION);
  const instruments = createInstruments(meter);
  const highest = new Map<string, number>();
  const callback = (result: BatchObservableResult): void => {
    const seen = new Map<string, number>();
    for (const row of read().exporters)
      observe(result, instruments, row, createComponents(row, seen), highest);
  };
  meter.addBatchObservableCallback(callback, Object.values(instruments));
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records.',
    // The convention requires a single bucket: a count and a sum.
    advice: { explicitBucketBoundaries: [] },
  });
  const stopListening = addExportListener(({ exporter, protocol, durationMs, status, errorType }) => {
    duration.record(durationMs / 1_000, {
      ...createExporterAttributes(exporter, exporter, protocol),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
      ...(errorType === undefined ? {} : { 'error.type': errorType }),
    });
  });
  return () => {
    stopListening();
    meter.removeBatchObservableCallback(callback, Object.values(instruments));
  };
}

/**
 * Reports the statistics of delivery to the global meter provider, also to one that is registered later. OpenTelemetry's API
 * has no meter that switches to a later provider, so the provider is looked up at the end of each export.
 *
 * @param read returns the current statistics
 * @returns a function that stops the reports
 */
export function observeDeliveryGlobally(read: () => DeliveryStats): () => void {
  let stop: (() => void) | undefined;
  const stopLookup = addExportListener(attach);
  guarded('the global meter provider', attach, undefined);

  function attach(): void {
    if (stop !== undefined || metrics.getMeter(SCOPE_NAME) === createNoopMeter()) return;
    // Before the provider is called, so that one that throws is called once.
    stopLookup();
    stop = () => undefined;
    stop = observeDelivery(metrics.getMeterProvider(), read);
  }

  return () => {
    stopLookup();
    stop?.();
  };
}

interface Instruments {
  readonly queueSize: ObservableUpDownCounter;
  readonly processed: ObservableCounter;
  readonly inFlight: ObservableUpDownCounter;
  readonly exported: ObservableCounter;
}

function createInstruments(meter: Meter): Instruments {
  const options = (description: string) => ({ unit: '{span}', description, valueType: ValueType.INT });
  return {
    queueSize: meter.createObservableUpDownCounter(
      'otel.sdk.processor.span.queue.size',
      options('The number of spans in the queue of a given instance of an SDK span processor.'),
    ),
    processed: meter.createObservableCounter(
      'otel.sdk.processor.span.processed',
      options('The number of spans for which the processing has finished, either successful or failed.'),
    ),
    inFlight: meter.createObservableUpDownCounter(
      'otel.sdk.exporter.span.inflight',
      options('The number of spans which were passed to the exporter, but that have not been exported yet.'),
    ),
    exported: meter.createObservableCounter(
      'otel.sdk.exporter.span.exported',
      options('The number of spans for which the export has finished, either successful or failed.'),
    ),
  };
}

function observe(
  result: BatchObservableResult,
  { queueSize, processed, inFlight, exported }: Instruments,
  row: ExporterStats,
  { processor, exporter }: Components,
  highest: Map<string, number>,
): void {
  const inFlightSpans = row.inFlight ?? 0;
  let passedOn = row.sent + row.rejected + inFlightSpans;
  for (const [reason, spans] of Object.entries(row.dropped)) {
    if (INTENDED_DROPS.has(reason)) continue;
    if (EXPORTER_DROPS.has(reason)) {
      passedOn += spans;
      result.observe(exported, spans, { ...exporter, 'error.type': reason });
    } else {
      // The error type that the convention defines for spans after the shutdown.
      const errorType = reason === 'shutdown' ? 'already_shutdown' : reason;
      result.observe(processed, spans, { ...processor, 'error.type': errorType });
    }
  }
  // Spans in flight return to the spool when the process ends, but a counter must not decrease.
  const key = String(processor['otel.component.name']);
  highest.set(key, Math.max(passedOn, highest.get(key) ?? 0));
  result.observe(processed, highest.get(key) ?? passedOn, processor);
  result.observe(queueSize, row.queued + row.spooled - inFlightSpans, processor);
  result.observe(inFlight, inFlightSpans, exporter);
  result.observe(exported, row.sent, exporter);
  if (row.rejected > 0) result.observe(exported, row.rejected, { ...exporter, 'error.type': 'rejected' });
}

/** Returns the components of one row. A second exporter of the same name gets a number. */
function createComponents({ exporter, protocol }: ExporterStats, seen: Map<string, number>): Components {
  const count = seen.get(exporter) ?? 0;
  seen.set(exporter, count + 1);
  const name = count === 0 ? exporter : `${exporter}/${count}`;
  return {
    processor: {
      'otel.component.name': `batching_span_processor/${name}`,
      'otel.component.type': 'batching_span_processor',
    },
    exporter: createExporterAttributes(exporter, name, protocol),
  };
}

const TYPES: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'otlp_http_span_exporter',
  'http/json': 'otlp_http_json_span_exporter',
};

/** The conventions have types for OTLP over HTTP. Other exporters get a type by their name: `file_span_exporter`. */
function createExporterAttributes(kind: string, name: string, protocol: Protocol | undefined): Attributes {
  const type = protocol === undefined ? `${kind}_span_exporter` : TYPES[protocol];
  return { 'otel.component.name': `${type}/${name}`, 'otel.component.type': type };
}
