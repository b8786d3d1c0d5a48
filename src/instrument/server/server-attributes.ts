// The attributes of a request at the start of its span. Names and values equal those of OpenTelemetry's instrumentation of
// node:http; a test compares them. Usual URLs are recognized without a URL parser, which would take longer.
// https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Attributes } from '@opentelemetry/api';
import { describeMethod } from '../../http/semantic-conventions.js';
import { type ForwardedElement, parseForwarded } from './forwarded.js';

/** The scheme of a server: that of its module. */
export type Scheme = 'http' | 'https';

/** The query parameters that the conventions redact. */
const SENSITIVE_PARAMETERS = ['sig', 'Signature', 'AWSAccessKeyId', 'X-Goog-Signature'].concat([
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
]);

// A path and a query that a URL parser would not change: no dot segments, nothing to encode, no double slash at the start.
const PLAIN_PATH = /^\/(?:[\w!$&'()*+,;=:@~-][\w!$&'()*+,;=:@~./-]*)?$/;
const PLAIN_QUERY = /^[\w.*-]+=[\w.*-]*(?:&[\w.*-]+=[\w.*-]*)*$/;

/** Creates the attributes of a received request. */
export function createRequestAttributes(request: IncomingMessage, scheme: Scheme): Attributes {
  const { headers, socket, method } = request;
  const forwarded = readForwarded(headers);
  const server = readServerAddress(headers, scheme, forwarded);
  const { attributes } = describeMethod(method);
  attributes['url.scheme'] = scheme;
  attributes['server.address'] = server?.host;
  attributes['network.peer.address'] = socket.remoteAddress;
  attributes['network.peer.port'] = socket.remotePort;
  attributes['network.protocol.version'] = request.httpVersion;
  attributes['user_agent.original'] = headers['user-agent'];
  addUrl(attributes, request.url ?? '/', scheme, headers.host);
  const client = readClientAddress(headers, forwarded) ?? socket.remoteAddress;
  if (client !== undefined && client !== '') attributes['client.address'] = client;
  const port = Number(server?.port);
  // A Host header may have any text as port. Only a number is recorded.
  if (!Number.isNaN(port)) attributes['server.port'] = port;
  return attributes;
}

/** Returns the method in the name of a span: `HTTP` for an unknown method. */
export function getMethodName(attributes: Attributes): string {
  const method = attributes['http.request.method'];
  return typeof method === 'string' && method !== '_OTHER' ? method : 'HTTP';
}

function addUrl(attributes: Attributes, url: string, scheme: Scheme, host: string | undefined): void {
  const queryMark = url.indexOf('?');
  const path = queryMark < 0 ? url : url.slice(0, queryMark);
  const query = queryMark < 0 ? '' : url.slice(queryMark + 1);
  const isPlainPath = PLAIN_PATH.test(path) && !path.includes('/.');
  if (isPlainPath && (query === '' || (PLAIN_QUERY.test(query) && !hasSensitiveParameter(query)))) {
    attributes['url.path'] = path;
    if (query !== '') attributes['url.query'] = query;
    return;
  }
  const parsed = parseUrl(url, `${scheme}://${host === undefined || host === '' ? 'localhost' : host}`);
  if (parsed === undefined) return;
  attributes['url.path'] = parsed.pathname;
  if (parsed.search !== '') attributes['url.query'] = redactQuery(parsed.searchParams);
}

function hasSensitiveParameter(query: string): boolean {
  return SENSITIVE_PARAMETERS.some(name => query.includes(`${name}=`));
}

function redactQuery(parameters: URLSearchParams): string {
  for (const name of SENSITIVE_PARAMETERS) if (parameters.has(name)) parameters.set(name, 'REDACTED');
  return parameters.toString();
}

function parseUrl(url: string, base: string): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined; // The target or the Host header is not a URL, so there are no URL attributes.
  }
}

const NO_ELEMENTS: readonly ForwardedElement[] = [];

function readForwarded({ forwarded }: IncomingHttpHeaders): readonly ForwardedElement[] {
  return forwarded === undefined ? NO_ELEMENTS : parseForwarded(forwarded);
}

interface ServerAddress {
  readonly host: string;
  readonly port?: string;
}

/** Reads the host that the client requested: from the nearest proxy, or else from the Host header. */
function readServerAddress(
  headers: IncomingHttpHeaders,
  scheme: Scheme,
  forwarded: readonly ForwardedElement[],
): ServerAddress | undefined {
  for (const { host, proto } of forwarded)
    if (host !== undefined && host !== '') return parseHost(host, proto);
  const host = headers['x-forwarded-host'];
  if (typeof host === 'string') {
    const proto = headers['x-forwarded-proto'];
    return parseHost(host, typeof proto === 'string' ? proto : undefined);
  }
  return headers.host === undefined || headers.host === '' ? undefined : parseHost(headers.host, scheme);
}

/** Parses `shop.example:8080` or `[::1]:8080`. Without a port, that of the protocol applies. */
function parseHost(text: string, protocol: string | undefined): ServerAddress {
  const colon = text.lastIndexOf(':');
  const [host, port] =
    colon < 0 || text.endsWith(']') ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
  // Several colons without brackets are a malformed IPv6 address, not a host and a port.
  if (host.includes(':') && !(host.startsWith('[') && host.endsWith(']'))) return { host: text };
  if (port !== undefined) return { host, port };
  if (protocol === 'http') return { host, port: '80' };
  return protocol === 'https' ? { host, port: '443' } : { host };
}

/** Reads the address of the client from the headers of proxies. */
function readClientAddress(
  headers: IncomingHttpHeaders,
  forwarded: readonly ForwardedElement[],
): string | undefined {
  for (const element of forwarded) if (element['for']) return removePort(element['for']);
  const header = headers['x-forwarded-for'];
  const [first] = typeof header === 'string' ? header.split(',', 1) : (header ?? []);
  return first === undefined || first === '' ? undefined : removePort(first.trim());
}

function removePort(text: string): string {
  if (isIP(text) !== 0) return text;
  const address = parseUrl(`http://${text}`, 'http://localhost')?.hostname ?? text;
  return address.startsWith('[') && address.endsWith(']') ? address.slice(1, -1) : address;
}
