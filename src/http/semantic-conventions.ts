// The attributes and the status of HTTP spans in OpenTelemetry's stable conventions.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/

import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { ParsedUrl } from './url.js';

/** The known methods. Other methods, which scanners invent, must not become span names. */
const METHODS = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

/** The method of a request, for a span. */
export interface RequestMethod {
  /** The method in the span name, or `HTTP` for an unknown one. */
  readonly name: string;
  readonly attributes: Attributes;
}

/**
 * Describes the method of a request.
 *
 * @param method the method of the request. `fetch` sends known methods in upper case
 */
export function describeMethod(method: unknown): RequestMethod {
  const original = typeof method === 'string' ? method : 'GET';
  const upperCase = original.toUpperCase();
  if (!METHODS.has(upperCase)) {
    return {
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': original },
    };
  }
  const attributes: Attributes = { 'http.request.method': upperCase };
  if (upperCase !== original) attributes['http.request.method_original'] = original;
  return { name: upperCase, attributes };
}

/** Returns the attributes of the server in a URL. */
export function createServerAttributes(url: ParsedUrl): Attributes {
  if (url.address === '') return {};
  return url.port === undefined
    ? { 'server.address': url.address }
    : { 'server.address': url.address, 'server.port': url.port };
}

/**
 * Records the status of a response. `Response.error()` has the status 0, which is not recorded.
 *
 * @param span the span of the request
 * @param status the status of the response, of any type
 * @param errorsFrom the lowest status that is an error: 400 for a client, 500 for a server
 */
export function recordStatus(span: Span, status: unknown, errorsFrom: 400 | 500): void {
  if (typeof status !== 'number' || !(status >= 100) || !span.isRecording()) return;
  span.setAttribute('http.response.status_code', status);
  if (status < errorsFrom || hasErrorStatus(span)) return;
  span.setAttribute('error.type', String(status));
  // Without a message: the conventions define none, because the status code is an attribute.
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Whether the application has recorded a more precise error already. The spans of every SDK have this field. */
function hasErrorStatus(span: Span): boolean {
  return (span as { status?: { code?: unknown } }).status?.code === SpanStatusCode.ERROR;
}
