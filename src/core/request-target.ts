// The target of an HTTP request in parts, as the rules of the options `propagate` and `instrument` need it.

import { formatHostPort, unbracketHost } from './host.js';

/** The target of an HTTP request. */
export interface RequestTarget {
  readonly scheme: 'http' | 'https';
  /** The host in lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Scheme, host and port as a URL writes them: `http://[::1]:8080`, `https://api.example`. */
  readonly origin: string;
  /** The path with the query, as sent: `/orders?page=2`. */
  readonly path: string;
}

/** The ports that a URL leaves out. */
export const DEFAULT_PORTS: Readonly<Record<RequestTarget['scheme'], number>> = { http: 80, https: 443 };

/**
 * Creates a target.
 *
 * @param scheme the scheme
 * @param host the host in any case; IPv6 with or without brackets
 * @param port the port
 * @param path the path with the query
 */
export function createRequestTarget(
  scheme: RequestTarget['scheme'],
  host: string,
  port: number,
  path: string,
): RequestTarget {
  const name = unbracketHost(host).toLowerCase();
  return { scheme, host: name, port, origin: formatOrigin(scheme, name, port), path };
}

/**
 * Parses an absolute URL. Never throws.
 *
 * @param url the URL, of any type
 * @returns undefined for other schemes than HTTP, and for a value that is no URL
 */
export function parseRequestTarget(url: unknown): RequestTarget | undefined {
  try {
    const { protocol, hostname, port, pathname, search } = url instanceof URL ? url : new URL(String(url));
    const scheme = protocol === 'http:' ? 'http' : protocol === 'https:' ? 'https' : undefined;
    if (scheme === undefined) return undefined;
    const portNumber = port === '' ? DEFAULT_PORTS[scheme] : Number(port);
    return createRequestTarget(scheme, hostname, portNumber, pathname + search);
  } catch {
    return undefined; // Not a URL: the client itself rejects it.
  }
}

/** Returns the URL of a target. It contains everything that the query contains. */
export function formatTargetUrl({ origin, path }: RequestTarget): string {
  return origin + path;
}

function formatOrigin(scheme: RequestTarget['scheme'], host: string, port: number): string {
  if (port !== DEFAULT_PORTS[scheme]) return `${scheme}://${formatHostPort(host, port)}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}`;
}
