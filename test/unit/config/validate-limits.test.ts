import { describe, expect, it } from 'vitest';
import { validateInitOptions } from '../../../src/config/validate-init-options.js';
import { problemsOf } from '../../support/problems-of.js';

describe('the limits option', () => {
  it.each([
    { limits: { attributeCountLimit: 10, attributeValueLengthLimit: Number.POSITIVE_INFINITY } },
    { limits: { linkCountLimit: 0 } },
  ])('accepts %j', options => {
    expect(validateInitOptions(options)).toEqual(options);
  });

  it.each<[unknown, string, string, string?]>([
    // [options, code, path, suggestion]
    [{ limits: { attributeCountLimit: 1.5 } }, 'out_of_range', 'limits.attributeCountLimit'],
    [{ limits: { linkCountLimit: -1 } }, 'out_of_range', 'limits.linkCountLimit'],
    [
      { limits: { atributeCountLimit: 1 } },
      'unknown_option',
      'limits.atributeCountLimit',
      'attributeCountLimit',
    ],
  ])('refuses %j', (options, code, path, suggestion) => {
    const problems = problemsOf(() => validateInitOptions(options));
    expect(problems).toMatchObject([{ code, path }]);
    expect(problems[0]?.suggestion).toBe(suggestion);
  });
});
