// Rejects requests that a web page of another site sends. The receiver listens on loopback, but a page in the user's browser
// can reach loopback by a cross-site request, or by DNS rebinding: its own name resolves to 127.0.0.1. Therefore only
// loopback host names and loopback origins are allowed, and no CORS header is ever sent.

import { isIP } from 'node:net';
import { isLoopbackHost, unbracketHost } from '../core/host.js';
import { HttpError } from './http-error.js';

/** The headers that identify the sender of a request. */
export interface SenderHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'sec-fetch-mode'?: string | string[] | undefined;
}

/**
 * Rejects a request that a browser sends for a page of another site.
 *
 * @param method the HTTP method
 * @param headers the request's headers
 * @param boundHost the host that the receiver listens on; if it is not loopback, IP addresses are allowed as well
 * @throws HttpError 403
 */
export function checkHostAndOrigin(method: string, headers: SenderHeaders, boundHost: string): void {
  if (!isAllowedHost(parseHostHeader(headers.host ?? ''), boundHost)) {
    throw new HttpError(403, 'This host name is not allowed. Call the receiver by localhost or 127.0.0.1.');
  }
  if (headers.origin !== undefined && !isAllowedHost(parseOrigin(headers.origin), boundHost)) {
    throw createOtherSiteError();
  }
  // A link from another site to the receiver may be followed. Subresources and requests of its pages are rejected.
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  if (headers['sec-fetch-site'] === 'cross-site' && !isNavigation) throw createOtherSiteError();
}

/** Whether a host is loopback: `localhost`, `*.localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return isLoopbackHost(host) || host.endsWith('.localhost') || host === '::ffff:127.0.0.1';
}

function createOtherSiteError(): HttpError {
  return new HttpError(403, 'Pages of other sites may not call the receiver.');
}

function isAllowedHost(host: string, boundHost: string): boolean {
  if (isLoopback(host)) return true;
  if (isLoopback(boundHost.toLowerCase())) return false;
  // The user opened the receiver to the network. Rebinding needs a name, so IP addresses are safe.
  return host === boundHost.toLowerCase() || isIP(host) !== 0;
}

/** Returns the host of a `Host` header, without port and brackets. */
function parseHostHeader(header: string): string {
  return parseOrigin(`http://${header}`);
}

/** Returns the host of an origin, or an empty string if it is not one of http or https. */
function parseOrigin(origin: string): string {
  try {
    const url = new URL(origin);
    const isOrigin =
      (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.pathname === '/';
    return isOrigin ? unbracketHost(url.hostname).replace(/\.$/, '') : '';
  } catch {
    // Not a URL, for example the origin `null` of a sandboxed page: no host is allowed by it.
    return '';
  }
}
