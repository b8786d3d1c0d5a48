// The sampler behind the `sample` option, for any OpenTelemetry provider.

import type { Sampler } from '@opentelemetry/sdk-trace-base';
import { checkOptions, resolveSample } from './config/index.js';
import { headSampler } from './sampling/head.js';
import type { SampleOptions, SamplePreset } from './sampling/options.js';

/**
 * The sampler that `init({ sample })` would use, for a provider of one's own: consistent probability at the root,
 * children that follow their parent.
 *
 * @param sample a ratio from 0 to 1, a preset, or options; `trustRemote: 'never'` needs the propagator of `init()` and
 *   is taken as `'sampled'` here
 * @throws TraceError for mistakes in the options, all of them at once
 * @example
 * const provider = new NodeTracerProvider({ sampler: createSampler({ ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }] }) });
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function createSampler(sample: number | SamplePreset | SampleOptions = 1): Sampler {
  return headSampler(resolveSample(checkOptions({ sample }).sample, undefined));
}
