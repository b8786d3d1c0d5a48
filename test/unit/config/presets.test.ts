import { describe, expect, it } from 'vitest';
import type { InitOptions } from '../../../src/config/options.js';
import { DEFAULT_SAMPLE, PRESETS, resolveSample } from '../../../src/config/presets.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { ResolvedSample } from '../../../src/config/resolved.js';
import { SAMPLE_PRESETS } from '../../../src/core/known-names.js';
import { DEFAULT_TAIL_LIMITS } from '../../../src/sampling/tail/default-limits.js';
import { configHost } from '../../support/config-host.js';

const sampleOf = (options: InitOptions = {}, env: Record<string, string> = {}): ResolvedSample =>
  resolveConfig(options, configHost({ env })).config.sample;

describe('the resolved sampling settings', () => {
  it('of a ratio', () => {
    expect(sampleOf({ sample: 0.1 })).toMatchObject({ ratio: 0.1, followParent: true });
  });

  it('of the presets', () => {
    expect(sampleOf({ sample: 'production' })).toMatchObject({
      ratio: 0.1,
      keep: { errors: true, slowerThanMs: 1_000 },
    });
    expect(sampleOf({ sample: 'errors-only' })).toMatchObject({ ratio: 0, keep: { errors: true } });
    expect(sampleOf({ sample: 'off' })).toMatchObject({ ratio: 0, followParent: false });
    expect(sampleOf({ sample: 'development' })).toEqual(sampleOf());
    expect(Object.keys(PRESETS).sort()).toEqual([...SAMPLE_PRESETS].sort());
  });

  it('of SampleOptions are complete', () => {
    const rules = [{ name: '/health*', ratio: 0 }];
    expect(sampleOf({ sample: { rules, keep: { slowerThanMs: 500 } } })).toEqual({
      ratio: 1,
      rules,
      keep: { holds: true, errors: false, slowerThanMs: 500, match: [], ...DEFAULT_TAIL_LIMITS },
      followRemote: true,
      followParent: true,
    });
  });

  it('of SampleOptions hold every option', () => {
    const keep = {
      errors: true,
      slowerThanMs: 1,
      match: [{ name: 'a' }],
      maxBytes: 2,
      maxTraces: 3,
      maxWaitMs: 4,
    };
    const sample = { ratio: 0.5, rules: [], perSecond: 5, keep, followRemote: false } as const;
    expect(resolveSample(sample, undefined)).toEqual({
      ...sample,
      keep: { holds: true, ...keep },
      followParent: true,
    });
  });

  it('with an empty keep hold traces, so that keep() and drop() decide about whole traces', () => {
    expect(sampleOf({ sample: { keep: {} } }).keep).toMatchObject({ holds: true, errors: false });
    expect(sampleOf({ sample: {} }).keep.holds).toBe(false);
  });

  it('of a function or a sampler are those of a ratio of 1', () => {
    const select = (): number => 0.5;
    expect(sampleOf({ sample: select })).toEqual({ ...DEFAULT_SAMPLE, custom: select });
    const sampler = { shouldSample: () => ({ decision: 0 }), toString: () => 'mine' };
    expect(sampleOf({ sample: sampler }).custom).toBe(sampler);
  });

  it('of SampleOptions without a ratio have the ratio of the environment, and follow the parent', () => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.2' };
    expect(sampleOf({ sample: { keep: { errors: true } } }, env)).toMatchObject({
      ratio: 0.2,
      followParent: true,
    });
  });

  it('precedence: the option, DO_TRACE_SAMPLE, OTEL_TRACES_SAMPLER, 1', () => {
    const env = { DO_TRACE_SAMPLE: '0.2', OTEL_TRACES_SAMPLER: 'always_off' };
    expect(sampleOf({ sample: 0.3 }, env).ratio).toBe(0.3);
    expect(sampleOf({}, env).ratio).toBe(0.2);
    expect(sampleOf({}, { OTEL_TRACES_SAMPLER: 'always_off' })).toMatchObject({
      ratio: 0,
      followParent: false,
    });
    expect(sampleOf().ratio).toBe(1);
    expect(resolveSample(undefined, undefined)).toBe(DEFAULT_SAMPLE);
    expect(resolveSample(undefined, { preset: 'off' })).toBe(PRESETS.off);
  });
});
