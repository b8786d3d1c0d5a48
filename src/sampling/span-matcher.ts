// Matches spans against the conditions of a rule.

import { type Attributes, SpanKind } from '@opentelemetry/api';
import { compileGlob } from './glob.js';
import type { SpanMatch } from './options.js';

/** The parts of a span that conditions apply to. */
export interface MatchableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Whether a span matches. Never throws for values that a span can hold. */
export type SpanMatcher = (span: MatchableSpan) => boolean;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanMatch['kind']>, SpanKind>;

/**
 * Creates the matcher of one rule. All conditions must match; without conditions every span matches.
 *
 * When the span of a request starts, the framework has not set its route yet. So `name` and `route` are also compared with the
 * path of the request, and `name` with `GET /path`: users write `'/health*'` and mean the path.
 *
 * @param match the conditions
 */
export function createSpanMatcher({ name, kind, route, attributes }: SpanMatch): SpanMatcher {
  const conditions: SpanMatcher[] = [];
  if (kind !== undefined) conditions.push(span => span.kind === KINDS[kind]);
  if (name !== undefined) {
    const matches = compileGlob(name);
    conditions.push(span => matches(span.name) || getRequestNames(span).some(matches));
  }
  if (route !== undefined) {
    const matches = compileGlob(route);
    conditions.push(span => getRoutes(span).some(matches));
  }
  for (const [key, expected] of Object.entries(attributes ?? {})) {
    conditions.push(createAttributeMatcher(key, expected));
  }
  return span => conditions.every(condition => condition(span));
}

function createAttributeMatcher(key: string, expected: unknown): SpanMatcher {
  if (typeof expected === 'string') {
    const matches = compileGlob(expected);
    return ({ attributes }) => typeof attributes[key] === 'string' && matches(attributes[key]);
  }
  if (!Array.isArray(expected)) return ({ attributes }) => Object.is(attributes[key], expected);
  return ({ attributes }) => {
    const value = attributes[key];
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      value.every((each, i) => each === expected[i])
    );
  };
}

/** The names of a server's request besides the name of its span: its paths, with and without the method. */
function getRequestNames(span: MatchableSpan): string[] {
  if (span.kind !== SpanKind.SERVER) return [];
  const { attributes } = span;
  const method = attributes['http.request.method'] ?? attributes['http.method'];
  const paths = getRoutes(span);
  return typeof method === 'string' ? [...paths, ...paths.map(path => `${method} ${path}`)] : paths;
}

/** The route, if it is set, and the path of the request, without the query. */
function getRoutes({ kind, attributes }: MatchableSpan): string[] {
  if (kind !== SpanKind.SERVER) return [];
  const path = attributes['url.path'] ?? attributes['http.target'];
  return [attributes['http.route'], path].flatMap(text =>
    typeof text === 'string' ? [text.split('?', 1)[0] ?? text] : [],
  );
}
