// The SDK's own metrics of spans, if a meter provider is set when the tracer provider is created. Spans are counted in
// plain numbers, and an observable callback reports them: a synchronous instrument costs more per span than a small span.
// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/#span-metrics

import {
  type BatchObservableResult,
  createNoopMeter,
  type Meter,
  type MeterProvider,
  type Observable,
  type SpanContext,
  ValueType,
} from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import { SCOPE_NAME, VERSION } from '../core/version.js';
import { isSampled } from '../spans/trace-flags.js';
import type { PARENT_ORIGINS, ParentState } from './parent-state.js';

/** The values of `otel.span.parent.origin`. */
type ParentOrigin = (typeof PARENT_ORIGINS)[ParentState];

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;

const ORIGINS: readonly ParentOrigin[] = ['none', 'local', 'remote'];
const RESULTS = [
  [NOT_RECORD, 'DROP'],
  [RECORD, 'RECORD_ONLY'],
  [RECORD_AND_SAMPLED, 'RECORD_AND_SAMPLE'],
] as const;

type DecisionCounts = Record<SamplingDecision, number>;

/** Counts the started spans and the live spans. */
export class SdkMetrics {
  readonly #started: Record<ParentOrigin, DecisionCounts> = {
    none: createCounts(),
    local: createCounts(),
    remote: createCounts(),
  };
  readonly #live: DecisionCounts = createCounts();
  readonly #unregister: () => void;

  /**
   * Creates the metrics of a meter provider.
   *
   * @param provider the meter provider
   * @returns undefined for OpenTelemetry's no-op provider, so that nothing is counted without a reader
   * @throws the exceptions of the meter provider
   */
  static create(provider: MeterProvider): SdkMetrics | undefined {
    const meter = provider.getMeter(SCOPE_NAME, VERSION);
    return meter === createNoopMeter() ? undefined : new SdkMetrics(meter);
  }

  private constructor(meter: Meter) {
    const started = meter.createObservableCounter('otel.sdk.span.started', {
      unit: '{span}',
      description: 'The number of created spans.',
      valueType: ValueType.INT,
    });
    const live = meter.createObservableUpDownCounter('otel.sdk.span.live', {
      unit: '{span}',
      description: 'The number of currently live spans.',
      valueType: ValueType.INT,
    });
    const observe = (result: BatchObservableResult): void => this.#observe(result, started, live);
    meter.addBatchObservableCallback(observe, [started, live]);
    this.#unregister = () => meter.removeBatchObservableCallback(observe, [started, live]);
  }

  /** Counts a span that starts. */
  countStarted(parent: ParentOrigin, decision: SamplingDecision): void {
    this.#started[parent][decision]++;
    this.#live[decision]++;
  }

  /** Counts the end of a recorded span. */
  countEnded(spanContext: SpanContext): void {
    this.#live[isSampled(spanContext) ? RECORD_AND_SAMPLED : RECORD]--;
  }

  /** Removes the callback from the meter. */
  stop(): void {
    this.#unregister();
  }

  #observe(result: BatchObservableResult, started: Observable, live: Observable): void {
    for (const [decision, name] of RESULTS) {
      let startedCount = 0;
      for (const origin of ORIGINS) {
        const count = this.#started[origin][decision];
        const attributes = { 'otel.span.parent.origin': origin, 'otel.span.sampling_result': name };
        if (count > 0) result.observe(started, count, attributes);
        startedCount += count;
      }
      // A span that does not record is not a live span.
      if (startedCount > 0 && decision !== NOT_RECORD)
        result.observe(live, this.#live[decision], { 'otel.span.sampling_result': name });
    }
  }
}

function createCounts(): DecisionCounts {
  return { [NOT_RECORD]: 0, [RECORD]: 0, [RECORD_AND_SAMPLED]: 0 };
}
