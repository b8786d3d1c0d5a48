// The SDK's own metrics about spans, for a meter provider that is there when the provider is made. Spans are counted in
// plain numbers, and told when somebody collects: an instrument's own counting costs more than a small span.
// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#span-metrics

import {
  type BatchObservableResult,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type Observable,
  type SpanContext,
  TraceFlags,
  ValueType,
} from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { SCOPE_NAME, VERSION } from '../core/version.js';

/** Where a span's parent runs. */
export type ParentOrigin = 'none' | 'local' | 'remote';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const ORIGINS: readonly ParentOrigin[] = ['none', 'local', 'remote'];
const RESULTS = [
  [NOT_RECORD, 'DROP'],
  [RECORD, 'RECORD_ONLY'],
  [RECORD_AND_SAMPLED, 'RECORD_AND_SAMPLE'],
] as const;

type Tally = Record<SamplingDecision, number>;

/** Counts the spans that were started and those that are open. */
export class SdkMetrics {
  readonly #started: Record<ParentOrigin, Tally> = { none: zeros(), local: zeros(), remote: zeros() };
  readonly #live: Tally = zeros();
  readonly #stop: () => void;

  /**
   * Metrics for a meter provider.
   *
   * @returns undefined for OpenTelemetry's provider of no meters: where nobody measures, nothing is counted
   * @throws whatever the meter provider throws
   */
  static create(provider: MeterProvider): SdkMetrics | undefined {
    const meter = provider.getMeter(SCOPE_NAME, VERSION);
    return meter === createNoopMeter() ? undefined : new SdkMetrics(meter);
  }

  private constructor(meter: Meter) {
    const countStarted = meter.createObservableCounter('otel.sdk.span.started', {
      unit: '{span}',
      description: 'The number of created spans.',
      valueType: ValueType.INT,
    });
    const live = meter.createObservableUpDownCounter('otel.sdk.span.live', {
      unit: '{span}',
      description: 'The number of currently live spans.',
      valueType: ValueType.INT,
    });
    const tell = (result: BatchObservableResult): void => this.#tell(result, countStarted, live);
    meter.addBatchObservableCallback(tell, [countStarted, live]);
    this.#stop = () => meter.removeBatchObservableCallback(tell, [countStarted, live]);
  }

  /** A span was started. */
  started(parent: ParentOrigin, decision: SamplingDecision): void {
    this.#started[parent][decision]++;
    this.#live[decision]++;
  }

  /** A recorded span ended. */
  countEnded({ traceFlags }: SpanContext): void {
    this.#live[(traceFlags & TraceFlags.SAMPLED) === 0 ? RECORD : RECORD_AND_SAMPLED]--;
  }

  /** Nobody is told any more. */
  stop(): void {
    this.#stop();
  }

  #tell(result: BatchObservableResult, started: Observable, live: Observable): void {
    for (const [decision, name] of RESULTS) {
      let all = 0;
      for (const origin of ORIGINS) {
        const spans = this.#started[origin][decision];
        const attributes = { 'otel.span.parent.origin': origin, 'otel.span.sampling_result': name };
        if (spans > 0) result.observe(started, spans, attributes);
        all += spans;
      }
      // A span that is not recorded does not live.
      if (all > 0 && decision !== NOT_RECORD)
        result.observe(live, this.#live[decision], { 'otel.span.sampling_result': name });
    }
  }
}

function zeros(): Tally {
  return { [NOT_RECORD]: 0, [RECORD]: 0, [RECORD_AND_SAMPLED]: 0 };
}
