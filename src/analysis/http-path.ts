// "POST" ten times over says nothing: instrumentations that know no route name a span by its method alone.
// The path is then taken from the attributes for display; the span's name stays what it is.

import type { SpanNode } from './types.js';

const METHODS = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|QUERY|HTTP)$/;
/** A path is shown to tell spans apart, not to be read whole. */
const MAX_LENGTH = 120;

/**
 * The route or path of an HTTP span whose name is only the method.
 *
 * @param span any span
 * @returns undefined for other spans, and where no attribute says
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function httpPath(span: Pick<SpanNode, 'name' | 'attributes'>): string | undefined {
  if (!METHODS.test(span.name)) return undefined;
  const { attributes } = span;
  const path =
    text(attributes['http.route']) ??
    text(attributes['url.path']) ??
    pathOf(text(attributes['url.full']) ?? text(attributes['http.url']) ?? text(attributes['http.target']));
  return path?.slice(0, MAX_LENGTH);
}

/** The path of a URL or of a request target, without the query: that may hold what is not to be shown. */
function pathOf(url: string | undefined): string | undefined {
  const path = url?.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  return path === '' ? '/' : path;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
