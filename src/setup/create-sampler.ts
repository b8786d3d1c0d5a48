// The sampler behind the `sample` option, for any OpenTelemetry provider.

import type { Sampler } from '@opentelemetry/sdk-trace-base';
import { checkOptions, resolveSample } from '../config/index.js';
import { headSampler } from '../sampling/head-sampler.js';
import type { SampleOptions, SamplePreset } from '../sampling/options.js';
import { RecordAllSampler } from '../sampling/record-all.js';
import { keepsAnything } from '../sampling/tail/keep-policy.js';

/**
 * The sampler that `init({ sample })` would use, for a provider of one's own: consistent probability at the root,
 * children that follow their parent. With `keep` it records every span, sampled or not, since what is kept for a
 * reason is known at the end only: put `createTailProcessor()` in front of the processor that exports.
 *
 * @param sample a ratio from 0 to 1, a preset, or options; `trustRemote: 'never'` needs the propagator of `init()` and
 *   is taken as `'sampled'` here
 * @throws TraceError for mistakes in the options, all of them at once
 * @example
 * const provider = new NodeTracerProvider({ sampler: createSampler({ ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }] }) });
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function createSampler(sample: number | SamplePreset | SampleOptions = 1): Sampler {
  const resolved = resolveSample(checkOptions({ sample }).sample, undefined);
  const head = headSampler(resolved);
  return keepsAnything(resolved.keep) ? new RecordAllSampler(head) : head;
}
