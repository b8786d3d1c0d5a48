// The path to show beside the name of an HTTP span. Instrumentations without the route name a span by its method
// alone, so ten requests to different paths are all called "POST". The span's name itself is not changed.

import { getStringAttribute } from './string-attribute.js';
import type { SpanNode } from './types.js';

const METHODS = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|QUERY|HTTP)$/;
/** Characters of a path: enough to distinguish spans in a list. */
const MAX_LENGTH = 120;

/**
 * Returns the route or path of an HTTP span whose name is only the method.
 *
 * @param span any span
 * @returns undefined for other spans, and for spans without a route or URL attribute
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function getHttpPath(span: Pick<SpanNode, 'name' | 'attributes'>): string | undefined {
  if (!METHODS.test(span.name)) return undefined;
  const { attributes } = span;
  const path =
    getStringAttribute(attributes, 'http.route') ??
    getStringAttribute(attributes, 'url.path') ??
    getPathOfUrl(
      getStringAttribute(attributes, 'url.full') ??
        getStringAttribute(attributes, 'http.url') ??
        getStringAttribute(attributes, 'http.target'),
    );
  return path?.slice(0, MAX_LENGTH);
}

/** Returns the path of a URL or of a request target, without the query, which may hold secrets. */
function getPathOfUrl(url: string | undefined): string | undefined {
  const path = url?.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  return path === '' ? '/' : path;
}
