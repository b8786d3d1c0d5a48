// The entry `@do/trace/sampling`.

export { adjustedCount } from './spans/ot-tracestate.js';
export { createSampler } from './setup/create-sampler.js';
export { createTailProcessor } from './setup/create-tail-processor.js';
export type {
  KeepOptions,
  SampledRoot,
  SampleFunction,
  SampleOption,
  SampleOptions,
  SamplePreset,
  SampleRule,
  SpanMatch,
} from './sampling/options.js';
