// Applies trace.keep() to the decisions of a sampler.

import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';
import type { TraceOverrides } from './trace-overrides.js';

/**
 * A sampler that samples the new spans of traces that the application keeps. Every other decision is that of another sampler.
 *
 * `trace.drop()` needs no sampler: the span pipeline drops the spans when they end.
 */
export class OverrideSampler implements LocalSampler {
  readonly #delegate: LocalSampler;
  readonly #overrides: TraceOverrides;

  /**
   * @param delegate decides about traces without an override
   * @param overrides the decisions of the application
   */
  constructor(delegate: LocalSampler, overrides: TraceOverrides) {
    this.#delegate = delegate;
    this.#overrides = overrides;
  }

  /**
   * The other sampler, until the application keeps a trace for the first time. Few applications call `trace.keep()`, and the
   * engine computes the decision of OpenTelemetry's own samplers without a call.
   */
  get delegate(): LocalSampler | undefined {
    return this.#overrides.hasKept ? undefined : this.#delegate;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    // Called for kept traces too: it removes the threshold with which the trace was not sampled.
    const result = this.#delegate.shouldSample(context, traceId, name, kind, attributes, links);
    return this.#overrides.get(traceId) === 'keep'
      ? { ...result, decision: SamplingDecision.RECORD_AND_SAMPLED }
      : result;
  }

  toString(): string {
    return this.#delegate.toString();
  }
}
