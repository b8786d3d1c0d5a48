// The `sample` option in its one normal form, and what the presets stand for.

import { TAIL_DEFAULTS } from '../sampling/tail/defaults.js';
import type { SampleOptions, SamplePreset } from '../sampling/options.js';
import type { EnvironmentSample } from './environment-sample.js';
import type { ResolvedSample } from './resolved.js';

/** Every trace, following the caller. */
export const DEFAULT_SAMPLE: ResolvedSample = {
  ratio: 1,
  rules: [],
  keep: { errors: false, match: [], ...TAIL_DEFAULTS },
  trustRemote: 'sampled',
  followParent: true,
};

/** What the presets stand for. */
export const PRESETS: Readonly<Record<SamplePreset, ResolvedSample>> = {
  development: DEFAULT_SAMPLE,
  production: {
    ...DEFAULT_SAMPLE,
    ratio: 0.1,
    keep: { errors: true, slowerThanMs: 1_000, match: [], ...TAIL_DEFAULTS },
  },
  'errors-only': { ...DEFAULT_SAMPLE, ratio: 0, keep: { errors: true, match: [], ...TAIL_DEFAULTS } },
  off: { ...DEFAULT_SAMPLE, ratio: 0, followParent: false },
};

/**
 * The normal form of what the options say, else the environment, else the default.
 *
 * @param option the checked `sample` option
 * @param environment what the environment says
 */
export function resolveSample(
  option: number | SamplePreset | SampleOptions | undefined,
  environment: EnvironmentSample | undefined,
): ResolvedSample {
  if (typeof option === 'number') return { ...DEFAULT_SAMPLE, ratio: option };
  if (typeof option === 'string') return PRESETS[option];
  const base = fromEnvironment(environment);
  if (option === undefined) return base;
  const { ratio = base.ratio, rules = [], perSecond, keep = {}, trustRemote = 'sampled' } = option;
  return {
    ratio,
    rules,
    ...(perSecond === undefined ? {} : { perSecond }),
    keep: {
      errors: keep.errors ?? false,
      ...(keep.slowerThanMs === undefined ? {} : { slowerThanMs: keep.slowerThanMs }),
      match: keep.match ?? [],
      maxBytes: keep.maxBytes ?? TAIL_DEFAULTS.maxBytes,
      maxTraces: keep.maxTraces ?? TAIL_DEFAULTS.maxTraces,
      maxWaitMs: keep.maxWaitMs ?? TAIL_DEFAULTS.maxWaitMs,
    },
    trustRemote,
    // trustRemote says in code what to make of a parent.
    followParent: true,
  };
}

function fromEnvironment(environment: EnvironmentSample | undefined): ResolvedSample {
  if (environment === undefined) return DEFAULT_SAMPLE;
  return 'preset' in environment ? PRESETS[environment.preset] : { ...DEFAULT_SAMPLE, ...environment };
}
