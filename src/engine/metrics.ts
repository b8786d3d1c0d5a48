// The SDK's own metrics, for who gives the provider a meter provider.
// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#span-metrics

import {
  type Counter,
  type MeterProvider,
  type SpanContext,
  TraceFlags,
  type UpDownCounter,
} from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/** Where a span's parent runs. */
export type ParentOrigin = 'none' | 'local' | 'remote';

const RESULTS: Readonly<Record<SamplingDecision, string>> = {
  [SamplingDecision.NOT_RECORD]: 'DROP',
  [SamplingDecision.RECORD]: 'RECORD_ONLY',
  [SamplingDecision.RECORD_AND_SAMPLED]: 'RECORD_AND_SAMPLE',
};

/** Counts the spans that were started and those that are open. */
export class Metrics {
  readonly #started: Counter;
  readonly #live: UpDownCounter;

  constructor(provider: MeterProvider) {
    const meter = provider.getMeter(SCOPE_NAME, VERSION);
    this.#started = meter.createCounter('otel.sdk.span.started', {
      unit: '{span}',
      description: 'The number of created spans.',
    });
    this.#live = meter.createUpDownCounter('otel.sdk.span.live', {
      unit: '{span}',
      description: 'The number of currently live spans.',
    });
  }

  /** A span was started. */
  started(parent: ParentOrigin, decision: SamplingDecision): void {
    const result = RESULTS[decision];
    this.#started.add(1, { 'otel.span.parent.origin': parent, 'otel.span.sampling_result': result });
    if (decision !== SamplingDecision.NOT_RECORD) this.#live.add(1, { 'otel.span.sampling_result': result });
  }

  /** A recorded span ended. */
  ended(context: SpanContext): void {
    const sampled = (context.traceFlags & TraceFlags.SAMPLED) !== 0;
    const decision = sampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD;
    this.#live.add(-1, { 'otel.span.sampling_result': RESULTS[decision] });
  }
}
