// What the span of a request says from the start: the names and values of OpenTelemetry's instrumentation of node:http,
// which a test compares. The shapes that nearly all requests have are read here without parsing a URL.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Attributes } from '@opentelemetry/api';
import { type ForwardedElement, parseForwarded } from './forwarded.js';

/** The module whose server received a request. */
export type Scheme = 'http' | 'https';

const METHODS = new Set(
  ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'].concat('PATCH', 'QUERY'),
);

/** The query keys whose values the conventions want redacted. */
const SENSITIVE = ['sig', 'Signature', 'AWSAccessKeyId', 'X-Goog-Signature'].concat([
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
]);

// A path and a query that a URL parser leaves as they are: no dot segments, nothing to encode, no doubled slash in front.
const PLAIN_PATH = /^\/(?:[\w!$&'()*+,;=:@~-][\w!$&'()*+,;=:@~./-]*)?$/;
const PLAIN_QUERY = /^[\w.*-]+=[\w.*-]*(?:&[\w.*-]+=[\w.*-]*)*$/;

/** The attributes of a request that has just come in. */
export function createRequestAttributes(request: IncomingMessage, scheme: Scheme): Attributes {
  const { headers, socket, method } = request;
  const forwarded = forwardedElements(headers);
  const server = serverAddress(headers, scheme, forwarded);
  const known = knownMethod(method);
  const attributes: Attributes = {
    'http.request.method': known,
    'url.scheme': scheme,
    'server.address': server?.host,
    'network.peer.address': socket.remoteAddress,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': request.httpVersion,
    'user_agent.original': headers['user-agent'],
  };
  addUrl(attributes, request.url ?? '/', scheme, headers.host);
  const client = clientAddress(headers, forwarded) ?? socket.remoteAddress;
  if (client !== undefined && client !== '') attributes['client.address'] = client;
  const port = Number(server?.port);
  // A Host header may say anything; what is no number is no port.
  if (!Number.isNaN(port)) attributes['server.port'] = port;
  if (method !== known) attributes['http.request.method_original'] = method;
  return attributes;
}

function knownMethod(method: string | undefined): string {
  if (method === undefined) return 'GET';
  if (METHODS.has(method)) return method;
  const upper = method.toUpperCase();
  return METHODS.has(upper) ? upper : '_OTHER';
}

function addUrl(attributes: Attributes, url: string, scheme: Scheme, host: string | undefined): void {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const plain = PLAIN_PATH.test(path) && !path.includes('/.');
  if (plain && (query === '' || (PLAIN_QUERY.test(query) && !mentionsSensitive(query)))) {
    attributes['url.path'] = path;
    if (query !== '') attributes['url.query'] = query;
    return;
  }
  const parsed = parseUrl(url, `${scheme}://${host === undefined || host === '' ? 'localhost' : host}`);
  if (parsed === undefined) return;
  attributes['url.path'] = parsed.pathname;
  if (parsed.search !== '') attributes['url.query'] = redacted(parsed.searchParams);
}

function mentionsSensitive(query: string): boolean {
  return SENSITIVE.some(key => query.includes(`${key}=`));
}

function redacted(parameters: URLSearchParams): string {
  for (const key of SENSITIVE) if (parameters.has(key)) parameters.set(key, 'REDACTED');
  return parameters.toString();
}

function parseUrl(url: string, base: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined; // A target or a Host header that is none: there is no URL to tell of.
  }
}

const NONE: readonly ForwardedElement[] = [];

function forwardedElements({ forwarded }: IncomingHttpHeaders): readonly ForwardedElement[] {
  return forwarded === undefined ? NONE : parseForwarded(forwarded);
}

interface Address {
  readonly host: string;
  readonly port?: string;
}

/** The host that the client asked for, as the proxy nearest to it tells, else as the request does. */
function serverAddress(
  headers: IncomingHttpHeaders,
  scheme: Scheme,
  forwarded: readonly ForwardedElement[],
): Address | undefined {
  for (const { host, proto } of forwarded)
    if (host !== undefined && host !== '') return hostAndPort(host, proto);
  const host = headers['x-forwarded-host'];
  if (typeof host === 'string') {
    const proto = headers['x-forwarded-proto'];
    return hostAndPort(host, typeof proto === 'string' ? proto : undefined);
  }
  return headers.host === undefined || headers.host === '' ? undefined : hostAndPort(headers.host, scheme);
}

/** `shop.example:8080`, `[::1]:8080` or either without the port, which is then that of the protocol. */
function hostAndPort(text: string, proto: string | undefined): Address {
  const colon = text.lastIndexOf(':');
  const [host, port] =
    colon < 0 || text.endsWith(']') ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  // More colons than one without brackets: not a port but an address that nobody wrote as it should be.
  if (host.includes(':') && !(host.startsWith('[') && host.endsWith(']'))) return { host: text };
  if (port !== undefined) return { host, port };
  if (proto === 'http') return { host, port: '80' };
  return proto === 'https' ? { host, port: '443' } : { host };
}

/** Whom proxies name as the client. */
function clientAddress(
  headers: IncomingHttpHeaders,
  forwarded: readonly ForwardedElement[],
): string | undefined {
  for (const element of forwarded) if (element['for']) return withoutPort(element['for']);
  const header = headers['x-forwarded-for'];
  const [first] = typeof header === 'string' ? header.split(',', 1) : (header ?? []);
  return first === undefined || first === '' ? undefined : withoutPort(first.trim());
}

function withoutPort(text: string): string {
  if (isIP(text) !== 0) return text;
  const address = parseUrl(`http://${text}`, 'http://localhost')?.hostname ?? text;
  return address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
}
