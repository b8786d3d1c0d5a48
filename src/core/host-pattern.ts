// Patterns for hosts, as the options `propagate.to` and `instrument.http.ignoreOutgoing` take them.
//
//   api.example          this host, every port
//   api.example:8443     this host, this port
//   *.example            every subdomain of example, not example itself
//   [::1]:8080           an IPv6 address, with brackets if a port follows
//   *                    every host

import { isIPv6 } from 'node:net';
import { unbracketHost } from './host.js';

/** A parsed pattern. */
export interface HostPattern {
  /** The host in lower case. Undefined matches every host. */
  readonly host: string | undefined;
  /** Whether only subdomains of the host match. */
  readonly isWildcard: boolean;
  /** Undefined matches every port. */
  readonly port: number | undefined;
}

/** The part of a request target that a pattern is compared with. */
export interface HostAndPort {
  /** In lower case; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

const MAX_LENGTH = 512;
const PORT = /^(.*):(\d{1,5})$/s;

/**
 * Parses a pattern. Never throws.
 *
 * @param text the pattern
 * @returns undefined if the text is not a pattern: a URL, a path, an empty text, a port above 65535
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_LENGTH) return undefined;
  // Colons without brackets are part of an IPv6 address, so no port follows.
  const [, name, digits] = (isIPv6(trimmed) ? null : PORT.exec(trimmed)) ?? [undefined, trimmed];
  const port = digits === undefined ? undefined : Number(digits);
  if (name === undefined || (port !== undefined && (port === 0 || port > 65_535))) return undefined;
  if (name === '*') return { host: undefined, isWildcard: false, port };
  const isWildcard = name.startsWith('*.');
  const host = canonicalizeHost(isWildcard ? name.slice(2) : name);
  return host === undefined ? undefined : { host, isWildcard, port };
}

/** Whether a pattern matches a target. */
export function matchesHostPattern(pattern: HostPattern, { host, port }: HostAndPort): boolean {
  if (pattern.port !== undefined && pattern.port !== port) return false;
  if (pattern.host === undefined) return true;
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return pattern.isWildcard ? name.endsWith(`.${pattern.host}`) : name === pattern.host;
}

/** Writes a host as a URL parser does: in lower case, in Punycode, IPv6 compressed; without brackets and final dot. */
function canonicalizeHost(host: string): string | undefined {
  const bracketed = isIPv6(host) ? `[${host}]` : host;
  if (/[\s/?#@\\*%]/.test(bracketed) || (bracketed.includes(':') && !bracketed.startsWith('['))) {
    return undefined;
  }
  try {
    const { hostname } = new URL(`http://${bracketed}/`);
    const name = unbracketHost(hostname);
    return name.endsWith('.') ? name.slice(0, -1) : name;
  } catch {
    return undefined; // The text contains characters that no host has.
  }
}
