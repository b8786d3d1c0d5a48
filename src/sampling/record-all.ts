// Recording every span, whatever is sampled: for metrics that count all of them, and for decisions at a trace's end.

import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';

/**
 * A sampler that records what another one leaves out: its spans have attributes, events and an end, but not the
 * sampled flag, so that neither an exporter nor the next service takes them for sampled.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling (RECORD_ONLY)
 */
export class RecordAllSampler implements Sampler {
  readonly #behind: Sampler;

  /** @param behind decides what is sampled */
  constructor(behind: Sampler) {
    this.#behind = behind;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#behind.shouldSample(context, traceId, name, kind, attributes, links);
    return result.decision === SamplingDecision.NOT_RECORD
      ? { ...result, decision: SamplingDecision.RECORD }
      : result;
  }

  toString(): string {
    return `RecordAll{${this.#behind.toString()}}`;
  }
}
