// Finds the cause of a failed request: it tries variations that would succeed, with requests that contain no span of the
// application.

import type { Check } from '../core/check.js';
import { maskEndpoint } from '../core/endpoint.js';
import { findFailureByError, findFailureByStatus } from '../delivery/send/failure-table.js';
import type { TransportFailure, TransportResponse } from '../delivery/transport.js';
import { createFaultCheck } from './check-results.js';
import { usesHttp2, usesTls } from './detect-protocol.js';
import { formatElapsed } from './format-duration.js';
import type { ProbeContext } from './probe-context.js';
import { EMPTY_REQUEST, isAccepted, type RequestOverrides } from './prober.js';
import { explainResponse } from './response-diagnosis.js';
import type { Route } from './route.js';

/** The paths of OTLP receivers. */
const USUAL_PATHS = ['/v1/traces', '/otlp/v1/traces', '/api/v2/otlp/v1/traces'];

/** Explains a request without a response. */
export async function diagnoseFailure(
  name: string,
  failure: TransportFailure,
  { route }: ProbeContext,
): Promise<Check> {
  const { displayEndpoint, isTls, proxy, timeoutMs, exporterName: source, unreachableEffect: why } = route;
  const { code: errorCode, message } = failure;
  const entry = findFailureByError(failure);
  const { code } = entry;
  if (code === 'proxy_failed') {
    return createFaultCheck(name, {
      code,
      message,
      why,
      fix: `Correct ${route.proxyVariable} (http://user:password@proxy:3128 if it requires a password), or add ${route.endpoint.hostname} to NO_PROXY.`,
      source,
    });
  }
  if (proxy === undefined && !isTls && /^(?:HPE_|ECONNRESET|EPIPE|ERROR|TIMEOUT)/.test(errorCode)) {
    const otherProtocol = await diagnoseProtocol(name, route);
    if (otherProtocol !== undefined) return otherProtocol;
  }
  if (code === 'response_timeout') {
    return createFaultCheck(name, {
      code,
      message: `${displayEndpoint} accepts the connection and does not respond within ${formatElapsed(timeoutMs)}`,
      why: 'Each request ends at its time limit, and new spans wait in the queue. The oldest are dropped when it is full.',
      fix: entry.fix,
      source,
    });
  }
  const fact = `${displayEndpoint} ${entry.fact} (${errorCode})`;
  return createFaultCheck(name, { code, message: fact, why, fix: entry.fix, source });
}

/** Explains a response; undefined if the request was accepted. */
export async function diagnoseResponse(
  name: string,
  response: TransportResponse,
  body: Uint8Array,
  context: ProbeContext,
): Promise<Check | undefined> {
  const { route } = context;
  const { status } = response;
  const fault = explainResponse(name, response, context);
  if (fault === undefined) return undefined;
  if (status === 400 && route.proxy === undefined && !route.isTls) {
    const otherProtocol = await diagnoseProtocol(name, route);
    if (otherProtocol !== undefined) return otherProtocol;
  }
  if (status === 400 || status === 415)
    return (await tryOtherEncodings(name, status, body, context)) ?? fault;
  if (status === 401 || status === 403) return (await tryOtherRegions(name, status, context)) ?? fault;
  if (status === 404 || status === 405 || status < 300) {
    return (await tryOtherPaths(name, status, context)) ?? fault;
  }
  return fault;
}

/** Finds gRPC, and TLS behind an http:// endpoint. */
async function diagnoseProtocol(name: string, route: Route): Promise<Check | undefined> {
  const { endpoint, displayEndpoint, port, host, exporterName: source, unreachableEffect: why } = route;
  if (await usesHttp2(route)) {
    const right = new URL(endpoint);
    right.port = '4318';
    return createFaultCheck(name, {
      code: 'http_unsupported',
      message: `port ${port} of ${host} uses HTTP/2, as gRPC does; this exporter uses HTTP/1.1`,
      why,
      fix: `Use the port for OTLP over HTTP, usually 4318: ${maskEndpoint(right.href)}.`,
      source,
    });
  }
  if (!(await usesTls(route))) return undefined;
  const right = new URL(endpoint);
  right.protocol = 'https:';
  if (right.port === '') right.port = '80';
  return createFaultCheck(name, {
    code: 'tls_required',
    message: `${displayEndpoint} is an http:// endpoint, and its port uses TLS`,
    why: `${why} The API key was sent as plain text.`,
    fix: `Write https:// in the endpoint: ${maskEndpoint(right.href)}.`,
    source,
  });
}

/** Tries the request without compression, and in the other encoding. */
async function tryOtherEncodings(
  name: string,
  status: number,
  body: Uint8Array,
  { target, route, prober }: ProbeContext,
): Promise<Check | undefined> {
  const { protocol = 'http/protobuf' } = target.destination;
  const other = protocol === 'http/json' ? 'http/protobuf' : 'http/json';
  const withoutGzip = {
    overrides: { compression: 'none' },
    cause: 'gzip',
    fix: "Send without it: set delivery to { compression: 'none' }, or OTEL_EXPORTER_OTLP_COMPRESSION=none.",
  } as const;
  const otherProtocol = {
    overrides: { protocol: other },
    cause: protocol,
    fix: `Use the other protocol: otlp({ protocol: '${other}' }), or OTEL_EXPORTER_OTLP_PROTOCOL=${other}.`,
  } as const;
  const attempts: readonly { overrides: RequestOverrides; cause: string; fix: string }[] =
    route.compression === 'gzip' ? [withoutGzip, otherProtocol] : [otherProtocol];
  const { code, why } = findFailureByStatus(status);
  for (const { overrides, cause, fix } of attempts) {
    if (!isAccepted((await prober.probe(body, overrides)).result)) continue;
    return createFaultCheck(name, {
      code,
      message: `${route.displayEndpoint} responds with ${status} to ${cause}, and accepts the same request without it`,
      why,
      fix,
      source: route.exporterName,
    });
  }
  return undefined;
}

/** Tries the API key in the other regions of the product. */
async function tryOtherRegions(
  name: string,
  status: number,
  { target, route, prober }: ProbeContext,
): Promise<Check | undefined> {
  for (const region of target.regions ?? []) {
    if (region.endpoint === route.endpoint.href) continue;
    const { result } = await prober.probe(EMPTY_REQUEST, { endpoint: new URL(region.endpoint) });
    if (!isAccepted(result)) continue;
    return createFaultCheck(name, {
      code: 'wrong_region',
      message: `${route.displayEndpoint} responds with ${status}: the key belongs to another region, ${region.name}`,
      why: findFailureByStatus(status).why,
      fix: `Select the region of the key: ${region.name}.`,
      source: route.exporterName,
    });
  }
  return undefined;
}

/** Tries the usual paths on the same host. */
async function tryOtherPaths(
  name: string,
  status: number,
  { route, prober }: ProbeContext,
): Promise<Check | undefined> {
  for (const path of USUAL_PATHS) {
    if (path === route.endpoint.pathname) continue;
    const endpoint = new URL(path, route.endpoint);
    const { result } = await prober.probe(EMPTY_REQUEST, { endpoint });
    if (!isAccepted(result)) continue;
    return createFaultCheck(name, {
      code: 'wrong_path',
      message: `${route.displayEndpoint} responds with ${status}: the path is wrong`,
      why: findFailureByStatus(404).why,
      fix: `Set the endpoint to ${maskEndpoint(endpoint.href)}, which accepts spans, with OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or in code.`,
      source: route.exporterName,
    });
  }
  return undefined;
}
