// Applies trace.keep() and the span option `keep` to the decisions of a sampler.

import {
  type Attributes,
  type Context,
  createTraceState,
  type Link,
  type SpanKind,
} from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';
import { ATTR_SAMPLING_KEPT_BY } from '../spans/span-buffer.js';
import { readOtMember, setOtMember } from '../spans/ot-tracestate.js';
import type { TraceOverrides } from './trace-overrides.js';

/**
 * A sampler that samples the new spans of traces that the application keeps. Every other decision is that of another sampler.
 *
 * `trace.drop()` needs no sampler: the span pipeline drops the spans when they end.
 */
export class OverrideSampler implements LocalSampler {
  readonly #delegate: LocalSampler;
  readonly #overrides: TraceOverrides;
  readonly #keepTraceKey: symbol;

  /**
   * @param delegate decides about traces without an override
   * @param overrides the decisions of the application
   * @param keepTraceKey the context key of the span option `keep`
   */
  constructor(delegate: LocalSampler, overrides: TraceOverrides, keepTraceKey: symbol) {
    this.#delegate = delegate;
    this.#overrides = overrides;
    this.#keepTraceKey = keepTraceKey;
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
    const isKeptFromStart = context.getValue(this.#keepTraceKey) === true;
    if (isKeptFromStart) this.#overrides.set(traceId, 'keep');
    // Called for kept traces too: it removes the threshold with which the trace was not sampled.
    const result = this.#delegate.shouldSample(context, traceId, name, kind, attributes, links);
    if (isKeptFromStart) return keptWithCertainty(result);
    return this.#overrides.get(traceId) === 'keep'
      ? { ...result, decision: SamplingDecision.RECORD_AND_SAMPLED }
      : result;
  }

  toString(): string {
    return this.#delegate.toString();
  }
}

/** The probability of the trace is 1, so that weighted counts stay true. */
function keptWithCertainty(result: SamplingResult): SamplingResult {
  const traceState = result.traceState ?? createTraceState();
  const member = { ...readOtMember(traceState), threshold: '0' };
  return {
    ...result,
    decision: SamplingDecision.RECORD_AND_SAMPLED,
    traceState: setOtMember(traceState, member),
    attributes: { ...result.attributes, [ATTR_SAMPLING_KEPT_BY]: 'application' },
  };
}
