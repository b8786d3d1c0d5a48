// Checks the whole route to one backend: proxy, DNS, connection, TLS, an empty request, a span, the clock, and whether the span
// is stored.

import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Check } from '../core/check.js';
import { maskEndpoint } from '../core/endpoint.js';
import { suppressTracing } from '../core/suppression.js';
import { findUnusableProxy } from '../delivery/http/proxy.js';
import { createFaultCheck, createOkCheck, summarizeSteps } from './check-results.js';
import { checkConnection } from './connection.js';
import { checkDns } from './dns.js';
import { type HostSystem, nodeHost } from './host-system.js';
import type { ProbeTarget } from './probe-target.js';
import { checkRequests } from './request-checks.js';
import { resolveRoute, type Route } from './route.js';
import { checkTls } from './tls.js';

/**
 * Checks the route to a backend, with the settings and through the transport of delivery. Never rejects. Each step ends
 * within the `timeoutMs` of the destination, 10 seconds at most.
 *
 * @param target the destination
 * @param system the machine; tests replace it
 * @returns one check with steps; its message is that of the first error, or else of the first warning
 */
export async function checkDestination(target: ProbeTarget, system: HostSystem = nodeHost): Promise<Check> {
  const route = resolveRoute(target);
  // The requests of the doctor must not become spans.
  const steps = await context.with(suppressTracing(ROOT_CONTEXT), () => runSteps(target, route, system));
  return summarizeSteps(target.destination.name, steps, `${route.displayEndpoint} accepts spans`);
}

/** Runs the steps in order, up to the first error. */
async function runSteps(target: ProbeTarget, route: Route, system: HostSystem): Promise<Check[]> {
  const steps = checkProxy(target, route);
  const addStep = (check: Check): boolean => {
    steps.push(check);
    return check.status !== 'error';
  };
  if (!addStep(await checkDns(route, system))) return steps;
  if (!addStep(await checkConnection(route, system))) return steps;
  // Behind a proxy, TLS is established with the backend inside the tunnel. The requests show whether that works.
  const hasTlsStep = route.isTls && route.proxy === undefined;
  if (hasTlsStep && !addStep(await checkTls(route, target.destination.tls, system))) return steps;
  return [...steps, ...(await checkRequests(target, route, system))];
}

function checkProxy({ env }: ProbeTarget, route: Route): Check[] {
  const { proxy, endpoint, proxyVariable, exporterName: source } = route;
  if (proxy !== undefined) {
    return [createOkCheck('proxy', `${maskEndpoint(proxy.origin)}, from ${proxyVariable} or ALL_PROXY`)];
  }
  const unusable = findUnusableProxy(endpoint, env);
  if (unusable === undefined) return [];
  return [
    createFaultCheck(
      'proxy',
      {
        code: 'proxy_unsupported',
        message: `${maskEndpoint(unusable)} is not an HTTP proxy and is not used`,
        why: 'Requests are sent without the proxy. A network that requires it may not let them through.',
        fix: `Set ${proxyVariable} to a proxy that begins with http:// or https://, or add ${endpoint.hostname} to NO_PROXY.`,
        source,
      },
      'warning',
    ),
  ];
}
