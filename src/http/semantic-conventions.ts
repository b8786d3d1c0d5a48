// What a span says about an HTTP request, by OpenTelemetry's stable conventions.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/

import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { ParsedUrl } from './url.js';

/** The methods that are told by name; a scanner's inventions must not become span names. */
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

/** A request method: what is recorded, and how it stands in a span's name. */
export interface RequestMethod {
  /** The method, or `HTTP` for one that is not known. */
  readonly name: string;
  readonly attributes: Attributes;
}

/**
 * Looks at a request method.
 *
 * @param method as the request has it; `fetch` sends known methods in upper case whatever the caller wrote
 */
export function describeMethod(method: unknown): RequestMethod {
  const written = typeof method === 'string' ? method : 'GET';
  const known = written.toUpperCase();
  if (!METHODS.has(known)) {
    return {
      name: 'HTTP',
      attributes: { 'http.request.method': '_OTHER', 'http.request.method_original': written },
    };
  }
  const attributes: Attributes = { 'http.request.method': known };
  if (known !== written) attributes['http.request.method_original'] = written;
  return { name: known, attributes };
}

/** The server that a request goes or came to. */
export function serverAttributes(url: ParsedUrl): Attributes {
  if (url.address === '') return {};
  return url.port === undefined
    ? { 'server.address': url.address }
    : { 'server.address': url.address, 'server.port': url.port };
}

/**
 * Records the response's status; that of `Response.error()` is 0, which is none.
 *
 * @param errorsFrom the first status that is an error: 400 for a client, 500 for a server
 */
export function recordStatus(span: Span, status: unknown, errorsFrom: 400 | 500): void {
  if (typeof status !== 'number' || !(status >= 100) || !span.isRecording()) return;
  span.setAttribute('http.response.status_code', status);
  if (status < errorsFrom || hasFailed(span)) return;
  span.setAttribute('error.type', String(status));
  // No message: the status code says it all, and the conventions want none.
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Whether the application has said already, and better, what went wrong; known of the spans of any SDK. */
function hasFailed(span: Span): boolean {
  return (span as { status?: { code?: unknown } }).status?.code === SpanStatusCode.ERROR;
}
