// Records the spans of traces that an earlier tail sampler has buffered, after `handle.update({ sample })`.

import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace-base';
import type { LocalSampler } from '../spans/local-sampler.js';

/** The traces that earlier tail samplers decide about. */
export interface BufferedTraces {
  /** Whether there are none. */
  readonly isEmpty: boolean;
  /** Whether a trace is one of them. */
  has(traceId: string): boolean;
}

/**
 * A sampler for the time after a change of `sample`. A trace that waits for its tail decision is not sampled yet, so another
 * sampler would not record its further spans, and the trace would be kept without them.
 */
export class BufferedTraceSampler implements LocalSampler {
  readonly #inner: LocalSampler;
  readonly #buffered: BufferedTraces;

  /**
   * @param inner the sampler of the new setting
   * @param buffered the traces that started with an earlier setting
   */
  constructor(inner: LocalSampler, buffered: BufferedTraces) {
    this.#inner = inner;
    this.#buffered = buffered;
  }

  /** The sampler that the engine need not call, as soon as all buffered traces are decided. */
  get delegate(): Sampler | undefined {
    return this.#buffered.isEmpty ? this.#inner.delegate : undefined;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.#inner.shouldSample(context, traceId, name, kind, attributes, links);
    const isLost = result.decision === SamplingDecision.NOT_RECORD && this.#buffered.has(traceId);
    return isLost ? { ...result, decision: SamplingDecision.RECORD } : result;
  }

  toString(): string {
    return this.#inner.toString();
  }
}
