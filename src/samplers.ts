// The entry `@do/trace/sampling`.

export { adjustedCount } from './core/ot.js';
export { createSampler } from './create-sampler.js';
export { createTailProcessor } from './create-tail-processor.js';
export type {
  KeepOptions,
  SampleOptions,
  SamplePreset,
  SampleRule,
  SpanMatch,
  TrustRemote,
} from './sampling/options.js';
