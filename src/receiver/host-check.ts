// Who may talk to the receiver. It listens on loopback, but a web page in the user's browser can reach
// loopback too: by a cross-site request, or by DNS rebinding (its own name made to point at 127.0.0.1).
// Host names other than loopback's and pages of other sites are therefore refused; no CORS header is ever sent.

import { isIP } from 'node:net';
import { HttpError } from './receiver-error.js';

/** The headers that tell where a request comes from. */
export interface RequestHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | string[] | undefined;
  readonly 'sec-fetch-mode'?: string | string[] | undefined;
}

/**
 * Refuses a request that a browser sends for somebody else.
 *
 * @param method the HTTP method
 * @param headers the request's headers
 * @param bound the host the receiver was told to listen on; on other than loopback, addresses are let in as well
 * @throws Refusal 403
 */
export function checkHostAndOrigin(method: string, headers: RequestHeaders, bound: string): void {
  if (!isAllowedHost(hostFromHeader(headers.host ?? ''), bound)) {
    throw new HttpError(403, 'This host name is not allowed: call the receiver by localhost or 127.0.0.1.');
  }
  if (headers.origin !== undefined && !isAllowedHost(hostFromOrigin(headers.origin), bound)) {
    throw new HttpError(403, 'Pages of other sites may not call the receiver.');
  }
  // Following a link to the receiver is fine; loading or sending something from another site's page is not.
  const navigates = headers['sec-fetch-mode'] === 'navigate' && method === 'GET';
  if (headers['sec-fetch-site'] === 'cross-site' && !navigates) {
    throw new HttpError(403, 'Pages of other sites may not call the receiver.');
  }
}

/** Whether a host is loopback: `localhost`, `*.localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    (isIP(host) === 4 && host.startsWith('127.')) ||
    host === '::1' ||
    host === '::ffff:127.0.0.1'
  );
}

function isAllowedHost(host: string, bound: string): boolean {
  if (isLoopback(host)) return true;
  if (isLoopback(bound.toLowerCase())) return false;
  // Opened to the network by the user. Rebinding needs a name, so bare addresses are safe to let in.
  return host === bound.toLowerCase() || isIP(host) !== 0;
}

/** `Host` without its port and brackets. */
function hostFromHeader(header: string): string {
  return hostFromOrigin(`http://${header}`);
}

function hostFromOrigin(origin: string): string {
  try {
    const url = new URL(origin);
    const plain =
      (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.pathname === '/';
    return plain ? url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '') : '';
  } catch {
    // Not an origin (`null` of sandboxed pages included): no host that is known.
    return '';
  }
}
