// Whether a span looks like what a rule asks for.

import { type Attributes, SpanKind } from '@opentelemetry/api';
import { compileGlob } from './glob.js';
import type { SpanMatch } from './options.js';

/** What of a span is looked at. */
export interface MatchableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Answers whether a span fits. Never throws for values that a span can hold. */
export type SpanMatcher = (span: MatchableSpan) => boolean;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanMatch['kind']>, SpanKind>;

/**
 * Makes the test for one rule; all that is given must fit, and what gives nothing fits every span.
 *
 * When a request's span starts, frameworks have not named its route yet. So `name` and `route` are compared with the
 * request's path too, and `name` with `GET /path`: `'/health*'` is what people write, and what they mean.
 *
 * @param match what the span must look like
 */
export function createSpanMatcher({ name, kind, route, attributes }: SpanMatch): SpanMatcher {
  const tests: SpanMatcher[] = [];
  if (kind !== undefined) tests.push(span => span.kind === KINDS[kind]);
  if (name !== undefined) {
    const fits = compileGlob(name);
    tests.push(span => fits(span.name) || requestNames(span).some(fits));
  }
  if (route !== undefined) {
    const fits = compileGlob(route);
    tests.push(span => routesOf(span).some(fits));
  }
  for (const [key, wanted] of Object.entries(attributes ?? {})) tests.push(attributeTest(key, wanted));
  return span => tests.every(test => test(span));
}

function attributeTest(key: string, wanted: unknown): SpanMatcher {
  if (typeof wanted === 'string') {
    const fits = compileGlob(wanted);
    return ({ attributes }) => typeof attributes[key] === 'string' && fits(attributes[key]);
  }
  if (!Array.isArray(wanted)) return ({ attributes }) => Object.is(attributes[key], wanted);
  return ({ attributes }) => {
    const value = attributes[key];
    return (
      Array.isArray(value) && value.length === wanted.length && value.every((each, i) => each === wanted[i])
    );
  };
}

/** The names under which a server's request is known besides its span's name. */
function requestNames(span: MatchableSpan): string[] {
  if (span.kind !== SpanKind.SERVER) return [];
  const { attributes } = span;
  const method = attributes['http.request.method'] ?? attributes['http.method'];
  const paths = routesOf(span);
  return typeof method === 'string' ? [...paths, ...paths.map(path => `${method} ${path}`)] : paths;
}

/** The route where it is known, and the path as it came, without its query. */
function routesOf({ kind, attributes }: MatchableSpan): string[] {
  if (kind !== SpanKind.SERVER) return [];
  const path = attributes['url.path'] ?? attributes['http.target'];
  return [attributes['http.route'], path].flatMap(text =>
    typeof text === 'string' ? [text.split('?', 1)[0] ?? text] : [],
  );
}
