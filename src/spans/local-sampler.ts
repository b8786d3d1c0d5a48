// A sampler that follows the parent inside a process, and says so: the engine then need not call it for every span.

import type { Sampler, SamplingDecision } from '@opentelemetry/sdk-trace-base';

/** A sampler whose answer for a span under another span of this process depends on that span's flag alone. */
export interface LocalSampler extends Sampler {
  /**
   * The decision under a local parent; tracestate and attributes then stay as they are.
   *
   * @param parentSampled the parent's sampled flag
   */
  localDecision?(parentSampled: boolean): SamplingDecision;
}
