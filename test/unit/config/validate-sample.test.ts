import { AlwaysOnSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the sample option', () => {
  it.each([
    { sample: 0 },
    { sample: 1 },
    { sample: 'errors-only' },
    { sample: {} },
    {
      sample: {
        ratio: 0.1,
        rules: [
          { name: '/health*', ratio: 0 },
          { attributes: { 'customer.tier': 'gold' }, kind: 'server', route: '/x', ratio: 1 },
        ],
        perSecond: 50,
        keep: { errors: true, slowerThanMs: 500, match: [{ name: 'checkout' }] },
        followRemote: false,
      },
    },
    { sample: { keep: { maxBytes: 1, maxTraces: 1, maxWaitMs: 1, slowerThanMs: 0 } } },
  ])('accepts %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it('accepts a function and a sampler, and keeps their identity', () => {
    const select = (): number => 1;
    const sampler = new AlwaysOnSampler();
    expect(validateInitOptions({ sample: select }).sample).toBe(select);
    expect(validateInitOptions({ sample: sampler }).sample).toBe(sampler);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ sample: 5 }, 'out_of_range', 'sample'],
    [{ sample: -0.1 }, 'out_of_range', 'sample'],
    [{ sample: Number.NaN }, 'out_of_range', 'sample'],
    [{ sample: Number.POSITIVE_INFINITY }, 'out_of_range', 'sample'],
    [{ sample: '0.5' }, 'wrong_type', 'sample'],
    [{ sample: 'prodction' }, 'unknown_preset', 'sample', 'production'],
    [{ sample: true }, 'wrong_type', 'sample'],
    [{ sample: [] }, 'wrong_type', 'sample'],
    [{ sample: null }, 'wrong_type', 'sample'],
    [{ sample: { raito: 1 } }, 'unknown_option', 'sample.raito', 'ratio'],
    [{ sample: { ratio: 2 } }, 'out_of_range', 'sample.ratio'],
    [{ sample: { rules: [{ name: 'x' }] } }, 'wrong_type', 'sample.rules[0].ratio'],
    [{ sample: { rules: [{ ratio: 0, knd: 'server' }] } }, 'unknown_option', 'sample.rules[0].knd', 'kind'],
    [{ sample: { rules: [{ ratio: 0, kind: 'sever' }] } }, 'wrong_type', 'sample.rules[0].kind', 'server'],
    [{ sample: { perSecond: 0 } }, 'out_of_range', 'sample.perSecond'],
    [{ sample: { keep: { eror: true } } }, 'unknown_option', 'sample.keep.eror', 'errors'],
    [{ sample: { keep: { slowerThanMs: '5' } } }, 'wrong_type', 'sample.keep.slowerThanMs'],
    [{ sample: { keep: { maxBytes: 0 } } }, 'out_of_range', 'sample.keep.maxBytes'],
    [{ sample: { keep: { maxTraces: 1.5 } } }, 'out_of_range', 'sample.keep.maxTraces'],
    [{ sample: { keep: { maxWaitMs: 86_400_001 } } }, 'out_of_range', 'sample.keep.maxWaitMs'],
    [{ sample: { followRemote: 'no' } }, 'wrong_type', 'sample.followRemote'],
    [{ sample: AlwaysOnSampler }, 'wrong_type', 'sample'],
  ])('refuses %j', (options, code, path, suggestion) => {
    const problems = problemsOf(() => validateInitOptions(options));
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });

  it.each<[unknown, string | undefined]>([
    [5, 'Write 0.05 for 5 %.'],
    [100, 'Write 1 for 100 %.'],
    [101, undefined],
    [-1, undefined],
    ['0.5', 'Write the number without quotes.'],
    [true, undefined],
  ])('the fix for %j is %j', (sample, fix) => {
    expect(problemsOf(() => validateInitOptions({ sample }))[0]?.fix).toBe(fix);
  });
});
