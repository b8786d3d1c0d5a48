// Recording every span, whatever is sampled: for metrics that count all of them, and for decisions at a trace's end.

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
 * A sampler that records what another one leaves out: its spans have attributes, events and an end, but not the
 * sampled flag, so that neither an exporter nor the next service takes them for sampled.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling (RECORD_ONLY)
 */
export class RecordAllSampler implements LocalSampler {
  readonly #behind: Sampler;
  /** There only if the sampler behind follows local parents, which makes this one follow them too. */
  readonly localDecision?: (parentSampled: boolean) => SamplingDecision;

  /** @param behind decides what is sampled */
  constructor(behind: LocalSampler) {
    this.#behind = behind;
    if (behind.localDecision !== undefined || behind instanceof ParentBasedSampler) {
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
    const result = this.#behind.shouldSample(context, traceId, name, kind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD) return result;
    // Nearly always nothing but the decision: one answer for all spares making it.
    return result.traceState === undefined && result.attributes === undefined
      ? RECORD_ONLY
      : { ...result, decision: SamplingDecision.RECORD };
  }

  toString(): string {
    return `RecordAll{${this.#behind.toString()}}`;
  }
}
