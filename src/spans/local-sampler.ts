// A sampler that follows a local parent without being called, so that the engine need not call it for every span.

import type { Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base';

/** A sampler whose decision for the child of a local span depends on the sampled flag of the parent only. */
export interface LocalSampler extends Sampler {
  /**
   * The decision for the child of a local span. Tracestate and attributes stay unchanged.
   *
   * @param parentSampled the sampled flag of the parent
   */
  localDecision?(parentSampled: boolean): SamplingDecision;
  /** The sampler whose results this one returns unchanged. Undefined while it changes some of them. */
  readonly delegate?: Sampler | undefined;
}
