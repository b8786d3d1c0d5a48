// Resolves the host of the first connection.

import { isIP } from 'node:net';
import type { Check } from '../core/check.js';
import { withTimeout } from '../core/with-timeout.js';
import { findFailureByError } from '../delivery/send/failure-table.js';
import { createFaultCheck, createOkCheck } from './check-results.js';
import { toCodedError } from './error-code.js';
import type { HostSystem } from './host-system.js';
import { formatProxyFix, type Route } from './route.js';

const NAME = 'dns';

/** Checks that the host of the first connection has an address. */
export async function checkDns(route: Route, system: HostSystem): Promise<Check> {
  const { host, timeoutMs, proxy, exporterName: source, unreachableEffect: why } = route;
  if (isIP(host) !== 0) return createOkCheck(NAME, `${host} is an IP address and needs no DNS`);
  const label = proxy === undefined ? host : `the proxy ${host}`;
  const lookup = await withTimeout(system.lookup(host), timeoutMs);
  if (lookup.status === 'fulfilled') {
    return createOkCheck(NAME, `${label} is ${[...new Set(lookup.value)].join(', ')}`);
  }
  const entry = findFailureByError({ code: 'ENOTFOUND', message: '' });
  const message =
    lookup.status === 'timeout'
      ? `the DNS lookup of ${label} timed out`
      : `${label} ${entry.fact} (${toCodedError(lookup.reason).code})`;
  const { code, fix } =
    proxy === undefined ? entry : { code: 'proxy_failed' as const, fix: formatProxyFix(route) };
  return createFaultCheck(NAME, { code, message, why, fix, source });
}
