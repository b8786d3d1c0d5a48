// Performs the TLS handshake with a backend, with the certificates that delivery uses.

import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { Check } from '../core/check.js';
import { formatHostPort } from '../core/host.js';
import { type TlsOptions, toNodeTlsOptions } from '../delivery/http/tls-options.js';
import { findFailureByError } from '../delivery/send/failure-table.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { dial } from './dial.js';
import type { CodedError } from './error-code.js';
import { formatElapsed } from './format-duration.js';
import type { HostSystem } from './host-system.js';
import type { Route } from './route.js';

const NAME = 'tls';
const DAY_MS = 86_400_000;
const MIN_VALID_DAYS = 14;
const MAX_NAMES_LENGTH = 120;
// Node.js: "... altnames: Host: a.test. is not in the cert's altnames: DNS:b.test, DNS:c.test"
const ALTERNATIVE_NAMES = /(?:altnames|list): ((?:DNS|IP Address):.*)$/;

/** Checks the TLS handshake and the certificate of the backend. */
export async function checkTls(
  route: Route,
  tls: TlsOptions | undefined,
  system: HostSystem,
): Promise<Check> {
  const { host, port, timeoutMs, exporterName } = route;
  const options = createTlsConnectionOptions(host, port, tls);
  const { value, error } = await dial(
    () => connect(options),
    'secureConnect',
    timeoutMs,
    socket => checkCertificate(socket, exporterName, system),
  );
  return error === undefined ? value : explainError(error, route);
}

/** The options of a TLS connection. An IP address is not allowed as the server name. */
export function createTlsConnectionOptions(
  host: string,
  port: number,
  tls: TlsOptions = {},
): ConnectionOptions {
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  return { host, port, ...toNodeTlsOptions(tls), ...serverName };
}

function checkCertificate(socket: TLSSocket, source: string, { clock }: HostSystem): Check {
  const protocol = socket.getProtocol() ?? 'TLS';
  const endMs = Date.parse(socket.getPeerCertificate().valid_to);
  const days = Math.floor((endMs - clock.wallMs()) / DAY_MS);
  if (!Number.isFinite(days)) return createOkCheck(NAME, protocol);
  const endDate = new Date(endMs).toISOString().slice(0, 10);
  if (days >= MIN_VALID_DAYS) return createOkCheck(NAME, `${protocol}, certificate valid until ${endDate}`);
  return createFaultCheck(
    NAME,
    {
      code: 'certificate_expires_soon',
      message: `${protocol}; the certificate expires on ${endDate}, in ${days} days`,
      why: 'From that day on, no span can be sent.',
      fix: 'Renew the certificate of the backend.',
      source,
    },
    'warning',
  );
}

function explainError(error: CodedError, route: Route): Check {
  const { code, message } = error;
  const { exporterName: source, timeoutMs } = route;
  const label = formatHostPort(route.host, route.port);
  const why = `Nothing is sent over a connection that is not trusted. ${route.unreachableEffect}`;
  if (code === 'TIMEOUT') {
    return createFaultCheck(NAME, {
      code: 'tls_handshake_failed',
      message: `${label} does not complete the TLS handshake within ${formatElapsed(timeoutMs)}`,
      why,
      fix: 'Check that the port uses TLS. If it does not, use http:// in the endpoint.',
      source,
    });
  }
  const entry = findFailureByError(error);
  // A server without TLS closes the connection at a handshake that it cannot read.
  if (entry.code === 'connection_closed') {
    return createFaultCheck(NAME, {
      code: 'tls_handshake_failed',
      message: `${label} closed the connection in the TLS handshake (${code})`,
      why,
      fix: 'Use http:// in the endpoint if the port does not use TLS.',
      source,
    });
  }
  if (entry.code === 'connection_failed') {
    return createFaultCheck(NAME, {
      code: 'tls_handshake_failed',
      message: `${label} failed in the TLS handshake (${code})`,
      why,
      fix: 'Check the log of the backend.',
      source,
    });
  }
  const names = ALTERNATIVE_NAMES.exec(message)?.[1]?.slice(0, MAX_NAMES_LENGTH);
  const detail = names === undefined ? code : `${code}; it is for ${names}`;
  return createFaultCheck(NAME, {
    code: entry.code,
    message: `${label} ${entry.fact} (${detail})`,
    why,
    fix: entry.fix,
    source,
  });
}
