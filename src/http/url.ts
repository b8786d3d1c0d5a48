// URLs as spans may show them: without user info, and without the query values that are signatures or credentials.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/
//
//   https://ann:secret@api.example/a?sig=XYZ&page=2   ->   https://api.example/a?sig=REDACTED&page=2

import { unbracketHost } from '../core/host.js';
/** The query keys whose values the conventions want redacted by default. */
const SENSITIVE = new Set([
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Goog-Signature',
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
]);

const REDACTED = 'REDACTED';

/** The parts of a URL that the conventions name. */
export interface ParsedUrl {
  /** `https`, without the colon. */
  readonly scheme: string;
  /** Host name or address; IPv6 without brackets; empty for what is not HTTP. */
  readonly address: string;
  /** The port, that of the scheme where none is written; undefined for what is not HTTP. */
  readonly port: number | undefined;
  readonly path: string;
  /** The query without `?`, sensitive values redacted; empty where there is none. */
  readonly query: string;
  /** All of it, without user info, sensitive values redacted; for what is not HTTP the scheme only: `data:`. */
  readonly full: string;
}

/**
 * Reads a URL for a span. Never throws.
 *
 * @param url a URL in any form that `fetch` takes
 * @returns undefined for what is no absolute URL
 */
export function parseUrl(url: unknown): ParsedUrl | undefined {
  try {
    const { protocol, hostname, port, pathname, search, host, hash } = new URL(String(url));
    if (DEFAULT_PORTS[protocol] === undefined) return schemeOnly(protocol);
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
    // No absolute URL: fetch itself refuses it, and says so to its caller.
    return undefined;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number | undefined>> = { 'http:': 80, 'https:': 443 };

/** `data:` is its own payload, `file:` and `blob:` name what is on this machine: of these the scheme is enough. */
function schemeOnly(protocol: string): ParsedUrl {
  return {
    scheme: protocol.slice(0, -1),
    address: '',
    port: undefined,
    path: '',
    query: '',
    full: protocol,
  };
}

/** The query as it was written, with the sensitive values replaced. */
function redactQuery(query: string): string {
  if (query === '') return query;
  const pairs = query.split('&').map(pair => {
    const equals = pair.indexOf('=');
    return equals > 0 && SENSITIVE.has(decoded(pair.slice(0, equals)))
      ? `${pair.slice(0, equals)}=${REDACTED}`
      : pair;
  });
  return pairs.join('&');
}

/** A key may hide behind percent-encoding: `%73ig` is `sig` to the server, too. */
function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    // A stray percent sign: the server sees the key as it is written.
    return key;
  }
}
