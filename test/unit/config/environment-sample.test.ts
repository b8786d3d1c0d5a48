import { describe, expect, it } from 'vitest';
import { EMPTY_ENVIRONMENT, readVariables, type Variables } from '../../support/read-variables.js';

describe('the sampling variables', () => {
  it.each<[Variables, object]>([
    [{ DO_TRACE_SAMPLE: '0.25' }, { ratio: 0.25, followParent: true }],
    [{ DO_TRACE_SAMPLE: 'Production' }, { preset: 'production' }],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, { ratio: 1, followParent: false }],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, { ratio: 0, followParent: false }],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      { ratio: 0.5, followParent: false },
    ],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, { ratio: 1, followParent: false }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, { ratio: 1, followParent: true }],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { ratio: 0, followParent: true }],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '.01' },
      { ratio: 0.01, followParent: true },
    ],
    [
      { DO_TRACE_SAMPLE: '1', OTEL_TRACES_SAMPLER: 'always_off' },
      { ratio: 1, followParent: true },
    ],
  ])('%j', (env, sample) => {
    expect(readVariables(env)).toEqual({ ...EMPTY_ENVIRONMENT, sample });
  });

  it.each<[Variables, string, string, string?]>([
    // [variables, code, path, suggestion]
    [{ OTEL_TRACES_SAMPLER: 'always_onn' }, 'malformed_variable', 'OTEL_TRACES_SAMPLER', 'always_on'],
    [{ OTEL_TRACES_SAMPLER: 'constructor' }, 'malformed_variable', 'OTEL_TRACES_SAMPLER'],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, 'unsupported_variable', 'OTEL_TRACES_SAMPLER'],
    [{ DO_TRACE_SAMPLE: '5' }, 'out_of_range', 'DO_TRACE_SAMPLE'],
    [{ DO_TRACE_SAMPLE: '10%' }, 'malformed_variable', 'DO_TRACE_SAMPLE'],
    [{ DO_TRACE_SAMPLE: 'prodction' }, 'unknown_preset', 'DO_TRACE_SAMPLE', 'production'],
  ])('%j is reported and ignored', (env, code, path, suggestion) => {
    const { problems, ...rest } = readVariables(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, path });
    if (suggestion !== undefined) expect(problems[0]?.suggestion).toBe(suggestion);
    expect({ ...rest, problems: [] }).toEqual(EMPTY_ENVIRONMENT);
  });

  it('a ratio that cannot be read leaves the sampler at 1', () => {
    const { sample, problems } = readVariables({
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '2',
    });
    expect(sample).toEqual({ ratio: 1, followParent: false });
    expect(problems).toMatchObject([{ code: 'out_of_range', path: 'OTEL_TRACES_SAMPLER_ARG' }]);
  });

  it('a malformed DO_TRACE_SAMPLE gives way to OTEL_TRACES_SAMPLER', () => {
    const { sample, problems } = readVariables({ DO_TRACE_SAMPLE: '5', OTEL_TRACES_SAMPLER: 'always_off' });
    expect(sample).toEqual({ ratio: 0, followParent: false });
    expect(problems).toHaveLength(1);
  });
});
