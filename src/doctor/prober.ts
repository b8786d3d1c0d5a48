// Sends requests as delivery does: through its transport, with its headers, compression, proxy and certificates.

import { withTimeout } from '../core/with-timeout.js';
import { createHttpTransport } from '../delivery/http/http-transport.js';
import type { TransportResult } from '../delivery/transport.js';
import type { HostSystem } from './host-system.js';
import type { ProbeTarget } from './probe-target.js';
import type { Route } from './route.js';

/** Differences of a request from those of delivery, to find out which request would be accepted. */
export interface RequestOverrides {
  readonly endpoint?: URL;
  readonly compression?: 'gzip' | 'none';
  readonly protocol?: 'http/protobuf' | 'http/json';
}

/** The result of a request with its times. */
export interface ProbeResult {
  readonly result: TransportResult;
  /** The wall clock before the request, in milliseconds since the epoch. */
  readonly sentMs: number;
  /** The wall clock after the response. */
  readonly receivedMs: number;
}

/** An ExportTraceServiceRequest without spans, which has no bytes. */
export const EMPTY_REQUEST: Uint8Array = new Uint8Array();

/** Sends requests to one target. */
export interface Prober {
  /** Sends one request. Never rejects. */
  probe(body: Uint8Array, overrides?: RequestOverrides): Promise<ProbeResult>;
}

/**
 * Creates the prober of a target.
 *
 * @param target the destination and its headers
 * @param route the route to its endpoint
 * @param host the machine
 */
export function createProber(target: ProbeTarget, route: Route, host: HostSystem): Prober {
  const { destination, env } = target;
  const { headers = {}, protocol, tls } = destination;
  return {
    async probe(body, overrides = {}) {
      const transport = createHttpTransport({
        endpoint: route.endpoint,
        headers,
        compression: route.compression,
        protocol,
        ...overrides,
        tls,
        env,
      });
      // The caller waits for the result, so the process must stay alive.
      transport.hold(true);
      const sentMs = host.clock.wallMs();
      const abort = new AbortController();
      const sending = transport.send({ body, signal: abort.signal });
      const { status } = await withTimeout(sending, route.timeoutMs);
      if (status === 'timeout') abort.abort();
      const result = await sending;
      transport.close();
      return { result, sentMs, receivedMs: host.clock.wallMs() };
    },
  };
}

/** Whether an OTLP receiver accepted a request: its response has no body, or one of OTLP. */
export function isAccepted(result: TransportResult): boolean {
  if (result.kind !== 'response') return false;
  const { status, contentType = '', body } = result;
  const isOtlp = body.length === 0 ? !contentType.includes('text/html') : /json|protobuf/.test(contentType);
  return status >= 200 && status < 300 && isOtlp;
}
