// The numbers of delivery as OpenTelemetry's own metrics, through its API and whatever meter provider there is.
// A destination is two components there: a processor that queues, and an exporter that sends.
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
import type { DeliveryStats, DropReason, ExporterStats, Protocol } from '../stats.js';

/** The two components that a destination is. */
interface Components {
  readonly processor: Attributes;
  readonly exporter: Attributes;
}

/** Drops that the backend's answer decided; all others happen before a span reaches the exporter. */
const BY_EXPORTER: ReadonlySet<DropReason> = new Set(['rejected_by_backend', 'too_large']);

/**
 * Shows the numbers of delivery as `otel.sdk.*` metrics.
 *
 * @param provider where the instruments are made
 * @param read the numbers as they stand: `trace.stats`
 * @returns takes the instruments' callbacks away again
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
    for (const row of read().exporters) observe(result, instruments, row, componentsOf(row, seen), highest);
  };
  meter.addBatchObservableCallback(callback, Object.values(instruments));
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', {
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records.',
    // One bucket, as the convention asks: a count and a sum.
    advice: { explicitBucketBoundaries: [] },
  });
  const stopListening = addExportListener(({ exporter, protocol, durationMs, status, errorType }) => {
    duration.record(durationMs / 1_000, {
      ...exporterOf(exporter, exporter, protocol),
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
 * The same for the meter provider that is registered globally, also for one that comes later: OpenTelemetry's API
 * hands out no meters that would find it by themselves, so it is looked for whenever a request has ended.
 *
 * @param read the numbers as they stand
 * @returns ends it
 */
export function observeGlobally(read: () => DeliveryStats): () => void {
  let stop: (() => void) | undefined;
  const stopLooking = addExportListener(attach);
  guarded('the global meter provider', attach, undefined);

  function attach(): void {
    if (stop !== undefined || metrics.getMeter(SCOPE_NAME) === createNoopMeter()) return;
    // First of all: whatever the provider throws, it is asked once.
    stopLooking();
    stop = () => undefined;
    stop = observeDelivery(metrics.getMeterProvider(), read);
  }

  return () => {
    stopLooking();
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
  const flying = row.inFlight ?? 0;
  let handedOver = row.sent + row.rejected + flying;
  for (const [reason, spans] of Object.entries(row.dropped) as [DropReason, number][]) {
    if (BY_EXPORTER.has(reason)) {
      handedOver += spans;
      result.observe(exported, spans, { ...exporter, 'error.type': reason });
    } else {
      // The convention has a word of its own for the spans that the end overtook.
      const errorType = reason === 'shutdown' ? 'already_shutdown' : reason;
      result.observe(processed, spans, { ...processor, 'error.type': errorType });
    }
  }
  // What was under way when the process ended goes back to the spool; a counter never goes back.
  const key = String(processor['otel.component.name']);
  highest.set(key, Math.max(handedOver, highest.get(key) ?? 0));
  result.observe(processed, highest.get(key) ?? handedOver, processor);
  result.observe(queueSize, row.queued + row.spooled - flying, processor);
  result.observe(inFlight, flying, exporter);
  result.observe(exported, row.sent, exporter);
  if (row.rejected > 0) result.observe(exported, row.rejected, { ...exporter, 'error.type': 'rejected' });
}

/** The components of one row; a second exporter of the same name gets a number. */
function componentsOf({ exporter, protocol }: ExporterStats, seen: Map<string, number>): Components {
  const count = seen.get(exporter) ?? 0;
  seen.set(exporter, count + 1);
  const name = count === 0 ? exporter : `${exporter}/${count}`;
  return {
    processor: {
      'otel.component.name': `batching_span_processor/${name}`,
      'otel.component.type': 'batching_span_processor',
    },
    exporter: exporterOf(exporter, name, protocol),
  };
}

const TYPES: Readonly<Record<Protocol, string>> = {
  'http/protobuf': 'otlp_http_span_exporter',
  'http/json': 'otlp_http_json_span_exporter',
};

/** What does not send OTLP over HTTP has no type among those of the conventions, and is one of its own: `file_span_exporter`. */
function exporterOf(kind: string, name: string, protocol: Protocol | undefined): Attributes {
  const type = protocol === undefined ? `${kind}_span_exporter` : TYPES[protocol];
  return { 'otel.component.name': `${type}/${name}`, 'otel.component.type': type };
}
