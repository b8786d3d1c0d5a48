import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { SpanMatch } from '../../../src/sampling/options.js';
import { createSpanMatcher, type MatchableSpan } from '../../../src/sampling/span-matcher.js';

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

describe('the span of a request', () => {
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
    [{ attributes: { tags: ['b', 'a'] } }, false],
    [{ attributes: { tags: ['a', 'x'] } }, false],
    [{ attributes: { absent: true } }, false],
    [{ kind: 'server', name: '/health*', attributes: { tier: 'silver' } }, false],
  ])('matches %j: %s', (match, expected) => {
    expect(createSpanMatcher(match)(request)).toBe(expected);
  });

  it('matches by its route, if it is set', () => {
    const routed = { ...request, attributes: { ...request.attributes, 'http.route': '/health/:probe' } };
    expect(createSpanMatcher({ route: '/health/:probe' })(routed)).toBe(true);
    expect(createSpanMatcher({ name: 'GET /health/:probe' })(routed)).toBe(true);
  });

  it('matches without its query, and by the old attributes too', () => {
    const old = { ...request, attributes: { 'http.method': 'GET', 'http.target': '/health?full=1' } };
    expect(createSpanMatcher({ name: '/health' })(old)).toBe(true);
    expect(createSpanMatcher({ name: 'GET /health' })(old)).toBe(true);
  });
});

it('a span that is not a server span has no path', () => {
  const client = { ...request, kind: SpanKind.CLIENT };
  expect(createSpanMatcher({ name: '/health*' })(client)).toBe(false);
  expect(createSpanMatcher({ route: '/health*' })(client)).toBe(false);
});

it.each([
  ['internal', SpanKind.INTERNAL],
  ['server', SpanKind.SERVER],
  ['client', SpanKind.CLIENT],
  ['producer', SpanKind.PRODUCER],
  ['consumer', SpanKind.CONSUMER],
] as const)('the kind %s', (kind, spanKind) => {
  const matches = createSpanMatcher({ kind });
  for (const each of [0, 1, 2, 3, 4]) expect(matches({ ...request, kind: each })).toBe(each === spanKind);
});
