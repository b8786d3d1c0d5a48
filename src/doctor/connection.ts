// Opens a TCP connection to the first hop of a route.

import { connect } from 'node:net';
import type { Check } from '../core/check.js';
import { formatHostPort, isLoopbackHost } from '../core/host.js';
import { findFailureByError, NO_RECEIVER } from '../delivery/send/failure-table.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { dial } from './dial.js';
import type { CodedError } from './error-code.js';
import { formatElapsed } from './format-duration.js';
import type { HostSystem } from './host-system.js';
import { formatProxyFix, type Route } from './route.js';

const NAME = 'connection';

/** Checks that the first hop accepts a connection. The connection is closed again. */
export async function checkConnection(route: Route, system: HostSystem): Promise<Check> {
  const { host, port, timeoutMs } = route;
  const startMs = system.clock.monotonicMs();
  const error = await tryConnect(host, port, timeoutMs);
  if (error !== undefined) return explainConnectionError(error, route);
  const elapsed = formatElapsed(system.clock.monotonicMs() - startMs);
  return createOkCheck(NAME, `${formatHop(route)} accepted a connection in ${elapsed}`);
}

/** Explains the error of a connection attempt, for which it may try other loopback addresses. */
export async function explainConnectionError(error: CodedError, route: Route): Promise<Check> {
  const { host, port, timeoutMs, proxy, isDefaultEndpoint, unreachableEffect: why } = route;
  const { endpoint, exporterName: source } = route;
  const entry = findFailureByError(error);
  const isTimeout = error.code === 'TIMEOUT';
  const detail = entry.detail === undefined ? '' : ` (${error.code})`;
  const fact = isTimeout ? `does not respond within ${formatElapsed(timeoutMs)}` : `${entry.fact}${detail}`;
  const message = `${formatHop(route)} ${fact}`;
  if (proxy !== undefined) {
    return createFaultCheck(NAME, { code: 'proxy_failed', message, why, fix: formatProxyFix(route), source });
  }
  if (isTimeout) {
    const fix = 'Check host and port. A firewall or a security group may drop the packets.';
    return createFaultCheck(NAME, { code: 'connection_timeout', message, why, fix, source });
  }
  const { code } = entry;
  const other = code === 'connection_refused' ? await findOpenLoopback(host, port, timeoutMs) : undefined;
  if (other !== undefined) {
    return createFaultCheck(NAME, {
      code,
      message: `${message}, and ${other} accepts it`,
      why,
      fix: `The receiver listens on the other address of this machine: write ${other} in the endpoint, or let it listen on both.`,
      source,
    });
  }
  if (code === 'connection_refused' && isDefaultEndpoint) {
    return createFaultCheck(NAME, {
      code: NO_RECEIVER.code,
      message: `${NO_RECEIVER.fact} at ${endpoint.origin}`,
      why: `Spans are sent here unless an exporter is set. ${why}`,
      fix: NO_RECEIVER.fix,
      source,
    });
  }
  return createFaultCheck(NAME, { code, message, why, fix: entry.fix, source });
}

/** The first other loopback address that accepts a connection to the port. */
async function findOpenLoopback(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  if (!isLoopbackHost(host)) return undefined;
  for (const other of ['127.0.0.1', '::1']) {
    if (other === host) continue;
    if ((await tryConnect(other, port, timeoutMs)) === undefined) return formatHostPort(other, port);
  }
  return undefined;
}

async function tryConnect(host: string, port: number, timeoutMs: number): Promise<CodedError | undefined> {
  const { error } = await dial(
    () => connect({ host, port }),
    'connect',
    timeoutMs,
    () => true,
  );
  return error;
}

function formatHop({ host, port, proxy }: Route): string {
  return `${proxy === undefined ? '' : 'the proxy '}${formatHostPort(host, port)}`;
}
