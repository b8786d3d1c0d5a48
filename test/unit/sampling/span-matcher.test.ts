// Globs and rules: what fits what, in linear time.

import { SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findUnreachableRules } from '../../../src/sampling/rule-policy.js';
import { compileGlob } from '../../../src/sampling/glob.js';
import { createSpanMatcher, type MatchableSpan } from '../../../src/sampling/span-matcher.js';
import type { SpanMatch } from '../../../src/sampling/options.js';

/** The slow way, to compare with. */
function byExpression(pattern: string): RegExp {
  const escaped = pattern.split('*').map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}

describe('a glob', () => {
  it.each([
    ['/health*', '/healthz', true],
    ['/health*', '/health', true],
    ['/health*', '/a/health', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*.js', 'a.js', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*bc*c', 'abc', false],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (pattern, text, fits) => {
    expect(compileGlob(pattern)(text)).toBe(fits);
  });

  it('fits what the expression fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        expect(compileGlob(pattern)(text)).toBe(byExpression(pattern).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives up soon on a pattern that an expression would try for ever', () => {
    // 2^50 ways for an expression; each part is looked for once here, so this test ends.
    expect(compileGlob(`${'*a'.repeat(5_000)}*b`)('a'.repeat(100_000))).toBe(false);
  });
});

const request: MatchableSpan = {
  name: 'GET',
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': 'GET',
    'url.path': '/health/live',
    tags: ['a', 'b'],
    tier: 'gold',
    n: 3,
  },
};

describe('a span', () => {
  it.each<[SpanMatch, boolean]>([
    [{}, true],
    [{ name: 'GET' }, true],
    [{ name: '/health*' }, true],
    [{ name: 'GET /health*' }, true],
    [{ name: 'POST /health*' }, false],
    [{ route: '/health/*' }, true],
    [{ route: '/orders/*' }, false],
    [{ kind: 'server' }, true],
    [{ kind: 'client' }, false],
    [{ attributes: { tier: 'gold' } }, true],
    [{ attributes: { tier: 'g*' } }, true],
    [{ attributes: { tier: 'silver' } }, false],
    [{ attributes: { n: 3 } }, true],
    [{ attributes: { n: '3' } }, false],
    [{ attributes: { tags: ['a', 'b'] } }, true],
    [{ attributes: { tags: ['a'] } }, false],
    [{ attributes: { absent: true } }, false],
    [{ kind: 'server', name: '/health*', attributes: { tier: 'silver' } }, false],
  ])('fits %j: %s', (match, fits) => {
    expect(createSpanMatcher(match)(request)).toBe(fits);
  });

  it('that is no request has no path', () => {
    expect(createSpanMatcher({ name: '/health*' })({ ...request, kind: SpanKind.CLIENT })).toBe(false);
  });

  it('fits a route without its query, in the old attributes too', () => {
    const old = { ...request, attributes: { 'http.method': 'GET', 'http.target': '/health?full=1' } };
    expect(createSpanMatcher({ name: '/health' })(old)).toBe(true);
    expect(createSpanMatcher({ name: 'GET /health' })(old)).toBe(true);
  });
});

describe('rules that never apply', () => {
  it.each([
    [[{ ratio: 1 }, { name: 'a', ratio: 0 }], 1],
    [
      [
        { name: '/a*', ratio: 1 },
        { name: '/a/b', ratio: 0 },
      ],
      1,
    ],
    [
      [
        { name: '/a/b', ratio: 0 },
        { name: '/a*', ratio: 1 },
      ],
      0,
    ],
    [
      [
        { name: 'a', ratio: 0 },
        { name: 'a', ratio: 1 },
      ],
      1,
    ],
    [
      [
        { name: 'a', kind: 'server', ratio: 0 },
        { name: 'a', ratio: 1 },
      ],
      0,
    ],
    [
      [
        { attributes: { x: 1 }, ratio: 0 },
        { name: 'a', attributes: { x: 1, y: 2 }, ratio: 1 },
      ],
      1,
    ],
  ] as const)('%j: %i', (rules, dead) => {
    expect(findUnreachableRules(rules)).toHaveLength(dead);
  });
});
