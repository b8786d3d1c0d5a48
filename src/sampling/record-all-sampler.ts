// Records every span, sampled or not: for metrics that count all spans, and for tail sampling.

import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';

const RECORD_ONLY: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD });

/**
 * A sampler that records the spans that another sampler does not sample. They have attributes, events and an end, but not the
 * sampled flag, so neither an exporter nor the next service treats them as sampled.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling (RECORD_ONLY)
 */
export class RecordAllSampler implements LocalSampler {
  readonly #delegate: Sampler;
  /** Present only if the other sampler follows local parents, and with it this one. */
  readonly localDecision?: (parentSampled: boolean) => SamplingDecision;

  /** @param delegate decides which spans are sampled */
  constructor(delegate: LocalSampler) {
    this.#delegate = delegate;
    if (delegate.localDecision !== undefined || delegate instanceof ParentBasedSampler) {
      this.localDecision = parentSampled =>
        parentSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD;
    }
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#delegate.shouldSample(context, traceId, name, kind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD) return result;
    // The result nearly always holds the decision only: one shared object saves an allocation.
    return result.traceState === undefined && result.attributes === undefined
      ? RECORD_ONLY
      : { ...result, decision: SamplingDecision.RECORD };
  }

  toString(): string {
    return `RecordAll{${this.#delegate.toString()}}`;
  }
}
