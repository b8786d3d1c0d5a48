// The `sample` option in its resolved form, and the settings of the presets.

import type { Sampler } from '../core/sdk-types.js';
import type { SampleOption, SamplePreset } from '../sampling/options.js';
import { DEFAULT_TAIL_LIMITS } from '../sampling/tail/default-limits.js';
import type { EnvironmentSample } from './environment-sample.js';
import type { ResolvedSample } from './resolved.js';

/** Every trace, with the decision of the caller. */
export const DEFAULT_SAMPLE: ResolvedSample = {
  ratio: 1,
  rules: [],
  keep: { holds: false, errors: false, match: [], ...DEFAULT_TAIL_LIMITS },
  followRemote: true,
  followParent: true,
};

/** The settings of each preset. */
export const PRESETS: Readonly<Record<SamplePreset, ResolvedSample>> = {
  development: DEFAULT_SAMPLE,
  production: {
    ...DEFAULT_SAMPLE,
    ratio: 0.1,
    keep: { holds: true, errors: true, slowerThanMs: 1_000, match: [], ...DEFAULT_TAIL_LIMITS },
  },
  'errors-only': {
    ...DEFAULT_SAMPLE,
    ratio: 0,
    keep: { holds: true, errors: true, match: [], ...DEFAULT_TAIL_LIMITS },
  },
  off: { ...DEFAULT_SAMPLE, ratio: 0, followParent: false },
};

/**
 * Resolves the sampling settings from the option, else the environment, else the default.
 *
 * @param option the validated `sample` option
 * @param environment the sampling variables
 */
export function resolveSample(
  option: SampleOption | undefined,
  environment: EnvironmentSample | undefined,
): ResolvedSample {
  if (typeof option === 'number') return { ...DEFAULT_SAMPLE, ratio: option };
  if (typeof option === 'string') return PRESETS[option];
  if (typeof option === 'function' || isSampler(option)) return { ...DEFAULT_SAMPLE, custom: option };
  const base = resolveEnvironmentSample(environment);
  if (option === undefined) return base;
  const { ratio = base.ratio, rules = [], perSecond, keep = {}, followRemote = true } = option;
  return {
    ratio,
    rules,
    ...(perSecond === undefined ? {} : { perSecond }),
    keep: {
      holds: option.keep !== undefined,
      errors: keep.errors ?? false,
      ...(keep.slowerThanMs === undefined ? {} : { slowerThanMs: keep.slowerThanMs }),
      match: keep.match ?? [],
      maxBytes: keep.maxBytes ?? DEFAULT_TAIL_LIMITS.maxBytes,
      maxTraces: keep.maxTraces ?? DEFAULT_TAIL_LIMITS.maxTraces,
      maxWaitMs: keep.maxWaitMs ?? DEFAULT_TAIL_LIMITS.maxWaitMs,
    },
    followRemote,
    // In code, followRemote decides about the parent.
    followParent: true,
  };
}

/** Whether the option is a sampler of OpenTelemetry. */
function isSampler(option: SampleOption | undefined): option is Sampler {
  return typeof option === 'object' && 'shouldSample' in option;
}

function resolveEnvironmentSample(environment: EnvironmentSample | undefined): ResolvedSample {
  if (environment === undefined) return DEFAULT_SAMPLE;
  return 'preset' in environment ? PRESETS[environment.preset] : { ...DEFAULT_SAMPLE, ...environment };
}
