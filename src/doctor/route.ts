// The route of requests to an endpoint: directly or through a proxy, with or without TLS.

import { isDefaultEndpoint, maskEndpoint } from '../core/endpoint.js';
import { unbracketHost } from '../core/host.js';
import { resolveProxy } from '../delivery/http/proxy.js';
import { resolveDelivery } from '../delivery/options.js';
import type { ProbeTarget } from './probe-target.js';

/** The route to an endpoint. */
export interface Route {
  /** The name of the exporter: the source of every diagnostic. */
  readonly exporterName: string;
  readonly endpoint: URL;
  /** The endpoint without secrets. */
  readonly displayEndpoint: string;
  readonly isTls: boolean;
  readonly proxy: URL | undefined;
  /** The environment variable that usually sets the proxy. */
  readonly proxyVariable: 'HTTPS_PROXY' | 'HTTP_PROXY';
  /** The host of the first connection: the proxy, or else the endpoint. */
  readonly host: string;
  readonly port: number;
  /** The time limit of each step in milliseconds. */
  readonly timeoutMs: number;
  readonly compression: 'gzip' | 'none';
  /** Whether it is the endpoint that `otlp` uses without any setting. */
  readonly isDefaultEndpoint: boolean;
  /** The effect on spans while the backend cannot be reached: full sentences. */
  readonly unreachableEffect: string;
}

const LOST = 'Spans are kept in a queue of limited size, and are lost when the process ends.';
const SPOOLED =
  'Spans are kept in a queue and in the spool, both of limited size. A later start sends the spans that are left.';
// The user is waiting for the result.
const MAX_STEP_MS = 10_000;

/** Resolves the route to the endpoint of a target. */
export function resolveRoute({ destination, delivery, env }: ProbeTarget): Route {
  const { name, endpoint, displayEndpoint = maskEndpoint(endpoint.href), compression } = destination;
  const resolved = resolveDelivery(destination.delivery ?? {}, resolveDelivery(delivery));
  const proxy = resolveProxy(endpoint, env);
  const firstHop = proxy ?? endpoint;
  const isTls = endpoint.protocol === 'https:';
  return {
    exporterName: name,
    endpoint,
    displayEndpoint,
    isTls,
    proxy,
    proxyVariable: isTls ? 'HTTPS_PROXY' : 'HTTP_PROXY',
    host: unbracketHost(firstHop.hostname),
    port: Number(firstHop.port) || (firstHop.protocol === 'https:' ? 443 : 80),
    timeoutMs: Math.min(resolved.requestTimeoutMs, MAX_STEP_MS),
    compression: compression ?? resolved.compression,
    isDefaultEndpoint: name === 'otlp' && proxy === undefined && isDefaultEndpoint(endpoint),
    unreachableEffect: resolved.spool === false ? LOST : SPOOLED,
  };
}

/** The fix of a proxy that does not work. */
export function formatProxyFix({ proxyVariable, endpoint }: Route): string {
  return `Correct ${proxyVariable}, or add ${endpoint.hostname} to NO_PROXY if it can be reached without the proxy.`;
}
