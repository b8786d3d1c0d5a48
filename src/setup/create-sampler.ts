// The sampler behind the `sample` option, for any OpenTelemetry provider.

import { validateInitOptions, resolveSample } from '../config/index.js';
import type { Sampler } from '../core/sdk-types.js';
import { createHeadSampler } from '../sampling/head-sampler.js';
import type { SampleOption } from '../sampling/options.js';
import { RecordAllSampler } from '../sampling/record-all-sampler.js';
import { hasKeepReasons } from '../sampling/tail/keep-policy.js';

/**
 * Creates the sampler of `init({ sample })` for another provider: consistent probability at the root, and children that
 * follow their parent. With `keep` it records every span, sampled or not, because the reasons to keep a trace are known
 * only when it has ended: put `createTailProcessor()` in front of the exporting processor.
 *
 * @param sample a ratio from 0 to 1, a preset, options, a function, or a sampler
 * @throws TraceError for mistakes in the options, with all of them
 * @example
 * const provider = new NodeTracerProvider({ sampler: createSampler({ ratio: 0.1, rules: [{ name: '/health*', ratio: 0 }] }) });
 * @see https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
 */
export function createSampler(sample: SampleOption = 1): Sampler {
  const resolved = resolveSample(validateInitOptions({ sample }).sample, undefined);
  const head = createHeadSampler(resolved);
  return hasKeepReasons(resolved.keep) ? new RecordAllSampler(head) : head;
}
