// URLs for spans: without user info, and without the query values that are signatures or credentials.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
//
//   https://ann:secret@api.example/a?sig=XYZ&page=2   ->   https://api.example/a?sig=REDACTED&page=2

import { unbracketHost } from '../core/host.js';
import type { RequestTarget } from '../core/request-target.js';

/** The query keys whose values the conventions redact by default. */
const SENSITIVE_KEYS = new Set([
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
]);

const REDACTED = 'REDACTED';

/** The parts of a URL that the conventions define. */
export interface ParsedUrl {
  /** `https`, without the colon. */
  readonly scheme: string;
  /** The host name or address; IPv6 without brackets. Empty for schemes other than HTTP. */
  readonly address: string;
  /** The port, by default that of the scheme. Undefined for schemes other than HTTP. */
  readonly port: number | undefined;
  readonly path: string;
  /** The query without `?`, with redacted values. Empty if there is none. */
  readonly query: string;
  /** The URL without user info and with redacted values. For schemes other than HTTP only the scheme: `data:`. */
  readonly full: string;
}

/**
 * Parses a URL for a span. Never throws.
 *
 * @param url a URL in any form that `fetch` accepts
 * @returns undefined if it is not an absolute URL
 */
export function parseUrl(url: unknown): ParsedUrl | undefined {
  try {
    const { protocol, hostname, port, pathname, search, host, hash } = new URL(String(url));
    if (DEFAULT_PORTS[protocol] === undefined) return createSchemeOnlyUrl(protocol);
    const query = redactQuery(search.slice(1));
    return {
      scheme: protocol.slice(0, -1),
      address: unbracketHost(hostname),
      port: port === '' ? DEFAULT_PORTS[protocol] : Number(port),
      path: pathname,
      query,
      full: `${protocol}//${host}${pathname}${query === '' ? '' : `?${query}`}${hash}`,
    };
  } catch {
    // Not an absolute URL: fetch itself rejects it.
    return undefined;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number | undefined>> = { 'http:': 80, 'https:': 443 };

/** Returns only the scheme, because a `data:` URL is its own payload, and `file:` and `blob:` name local content. */
function createSchemeOnlyUrl(protocol: string): ParsedUrl {
  return {
    scheme: protocol.slice(0, -1),
    address: '',
    port: undefined,
    path: '',
    query: '',
    full: protocol,
  };
}

/**
 * Formats the `url.full` of a target. The path is that of the request line, and only sensitive query values are replaced.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/#url-full
 */
export function formatFullUrl({ origin, path }: RequestTarget): string {
  const queryStart = path.indexOf('?') + 1;
  return queryStart === 0
    ? origin + path
    : origin + path.slice(0, queryStart) + redactQuery(path.slice(queryStart));
}

// Most queries have no sensitive key. A percent sign may hide one.
const MAY_BE_SENSITIVE = /%|AWSAccessKeyId|Signature|sig|X-Amz-/;

/** Replaces sensitive values and leaves the rest of the query unchanged. */
function redactQuery(query: string): string {
  if (!MAY_BE_SENSITIVE.test(query)) return query;
  const pairs = query.split('&').map(pair => {
    const equals = pair.indexOf('=');
    return equals > 0 && SENSITIVE_KEYS.has(decodeKey(pair.slice(0, equals)))
      ? `${pair.slice(0, equals)}=${REDACTED}`
      : pair;
  });
  return pairs.join('&');
}

/** Decodes a key, because the server also reads `%73ig` as `sig`. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    // A key with a stray percent sign is not decoded by the server either.
    return key;
  }
}
