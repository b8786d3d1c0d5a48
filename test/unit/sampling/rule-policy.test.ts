import { type Attributes, SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createRulePolicy, findUnreachableRules } from '../../../src/sampling/rule-policy.js';

const root = (name: string, attributes: Attributes = {}) => ({ name, kind: SpanKind.INTERNAL, attributes });

describe('a rule policy', () => {
  const policy = createRulePolicy(
    [
      { name: '/health*', ratio: 0 },
      { name: 'a*', ratio: 0.5 },
      { name: 'ab', ratio: 1 },
      { attributes: { tier: 'gold' }, ratio: 0.25 },
    ],
    () => 'fallback',
  );

  it('uses the ratio of the first rule that matches', () => {
    expect(policy(root('/healthz'))).toBeUndefined();
    expect(policy(root('ab'))).toBe('8');
    expect(policy(root('b', { tier: 'gold' }))).toBe('c');
  });

  it('uses the fallback if no rule matches', () => {
    expect(policy(root('b'))).toBe('fallback');
    const fallback = (): string => 'f';
    expect(createRulePolicy([], fallback)).toBe(fallback);
  });

  it('skips a rule whose condition throws', () => {
    const hostile = Object.defineProperty({}, 'tier', {
      get() {
        throw new Error('boom');
      },
    }) as Attributes;
    expect(policy(root('b', hostile))).toBe('fallback');
  });
});

describe('unreachable rules', () => {
  it.each([
    [[{ ratio: 1 }, { name: 'a', ratio: 0 }], [1]],
    [
      [
        { name: '/a*', ratio: 1 },
        { name: '/a/b', ratio: 0 },
      ],
      [1],
    ],
    [
      [
        { name: '/a/b', ratio: 0 },
        { name: '/a*', ratio: 1 },
      ],
      [],
    ],
    [
      [
        { name: 'a', ratio: 0 },
        { name: 'a', ratio: 1 },
      ],
      [1],
    ],
    [
      [
        { name: 'a', kind: 'server', ratio: 0 },
        { name: 'a', ratio: 1 },
      ],
      [],
    ],
    [
      [
        { attributes: { x: 1 }, ratio: 0 },
        { name: 'a', attributes: { x: 1, y: 2 }, ratio: 1 },
      ],
      [1],
    ],
    [
      [
        { attributes: { x: 1 }, ratio: 0 },
        { attributes: { x: 2 }, ratio: 1 },
      ],
      [],
    ],
    [
      [
        { route: '/a*', ratio: 0 },
        { route: '/b', ratio: 1 },
        { route: '/a/b', ratio: 1 },
      ],
      [2],
    ],
    [
      [
        { name: '*a*', ratio: 0 },
        { name: 'bab', ratio: 1 },
      ],
      [],
    ],
  ] as const)('of %j: %j', (rules, indexes) => {
    expect(findUnreachableRules(rules).map(({ source }) => source)).toEqual(
      indexes.map(index => `sample.rules[${index}]`),
    );
  });

  it('are diagnostics with a code', () => {
    const rules = [
      { name: 'b', ratio: 1 },
      { name: 'a*', ratio: 1 },
      { name: 'ab', ratio: 0 },
    ];
    const [diagnostic, ...others] = findUnreachableRules(rules);
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({ code: 'rule_never_matches', source: 'sample.rules[2]' });
    expect(diagnostic?.message).toContain('sample.rules[1]');
  });
});
