import { describe, expect, it } from 'vitest';
import { toCollectorPolicies } from '../../../../src/cli/collector/policies.js';

describe('policies', () => {
  it('leave out criteria that keep nothing', () => {
    expect(toCollectorPolicies({ errors: false, slowerThanMs: 0, names: [], ratio: 0 })).toEqual([]);
  });

  it('escape the characters of a name that have a meaning in an expression', () => {
    const [policy] = toCollectorPolicies({
      errors: false,
      slowerThanMs: 0,
      names: ['a"(b)*', '${A}'],
      ratio: 0,
    });
    expect(policy?.['ottl_condition']).toMatchObject({
      span: [String.raw`IsMatch(span.name, "(?s)^a\"\\(b\\).*$$")`, 'span.name == "$${A}"'],
    });
  });

  it('are in the order errors, slow, names, share', () => {
    const policies = toCollectorPolicies({ errors: true, slowerThanMs: 500, names: ['pay'], ratio: 0.1 });
    expect(policies.map(({ name, type }) => [name, type])).toEqual([
      ['errors', 'status_code'],
      ['slow', 'latency'],
      ['names', 'ottl_condition'],
      ['share', 'probabilistic'],
    ]);
  });

  it('write a ratio in per cent without the digits of binary fractions', () => {
    const [policy] = toCollectorPolicies({ errors: false, slowerThanMs: 0, names: [], ratio: 0.07 });
    expect(policy?.['probabilistic']).toEqual({ sampling_percentage: 7 });
  });
});
