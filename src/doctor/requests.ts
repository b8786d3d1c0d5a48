// Requests as delivery sends them: its transport, its headers, its compression, its proxy, its certificates.

import type { TlsOptions } from '../delivery/http/transport.js';
import { createHttpTransport } from '../delivery/http/transport.js';
import type { Outcome } from '../delivery/transport.js';
import type { ConnectionTarget, Way } from './target.js';
import type { DoctorWorld } from './host-system.js';

/** How a request differs from those of delivery; used to find out what would work. */
export interface Variation {
  readonly endpoint?: URL;
  readonly compression?: 'gzip' | 'none';
  readonly protocol?: 'http/protobuf' | 'http/json';
}

/** An outcome, and when. */
export interface Asked {
  readonly outcome: Outcome;
  /** The wall clock when the request left, and when the answer was there. */
  readonly sentMs: number;
  readonly receivedMs: number;
}

/** An ExportTraceServiceRequest without spans is no byte at all. */
export const EMPTY: Uint8Array = new Uint8Array();

/** Sends requests to one target. */
export interface Asker {
  /** Sends one request. Never rejects. */
  ask(body: Uint8Array, variation?: Variation): Promise<Asked>;
}

/**
 * Makes the asker of a target.
 *
 * @param target where, and with which headers
 * @param way how to get there
 */
export function createAsker(target: ConnectionTarget, way: Way, world: DoctorWorld): Asker {
  const { destination, env } = target;
  const { headers = {}, protocol } = destination;
  const tls: TlsOptions | undefined = destination.tls;
  return {
    async ask(body, variation = {}) {
      const transport = createHttpTransport({
        endpoint: way.endpoint,
        headers,
        compression: way.compression,
        protocol,
        ...variation,
        tls,
        env,
      });
      // Somebody waits for the answer, so that the process must.
      transport.hold(true);
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), way.limitMs);
      const sentMs = world.clock.wallMs();
      const outcome = await transport.send({ body, signal: abort.signal });
      clearTimeout(timer);
      transport.close();
      return { outcome, sentMs, receivedMs: world.clock.wallMs() };
    },
  };
}

/** Whether an OTLP receiver took the request: it says so in a form of OTLP, or says nothing more. */
export function wasTaken(outcome: Outcome): boolean {
  if (outcome.kind !== 'answered') return false;
  const { status, contentType = '', body } = outcome;
  const isOtlp = body.length === 0 ? !contentType.includes('text/html') : /json|protobuf/.test(contentType);
  return status >= 200 && status < 300 && isOtlp;
}
