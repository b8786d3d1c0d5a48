// A backend in memory that accepts, delays, rejects or loses requests.

import type { Transport, TransportRequest, TransportResult } from '../../src/delivery/transport.js';
import { spanNames } from './span-names.js';
import { encodePartialSuccess } from './spans.js';
import type { VirtualTime } from './virtual-time.js';

/** The treatment of one request. `_before` and `_after`: without and with its spans stored. */
export type Behavior =
  | 'ok'
  | 'refuse'
  | 'reset_before'
  | 'reset_after'
  | 'hang_before'
  | 'hang_after'
  /** The status line arrives, and the body does not end before the time limit. */
  | 'slow_body'
  | 'half_body'
  | 'web_page'
  | 'partial'
  | 'redirect'
  | 'throw'
  | { readonly status: number; readonly retryAfter?: string };

/** A backend with its transport. */
export class FakeBackend implements Transport {
  /** Returns the behavior for the request with an index, from 0. */
  behavior: (request: number) => Behavior = () => 'ok';
  /** Requests with more spans get the status 413. */
  maxSpans = Number.POSITIVE_INFINITY;
  /** The number of arrivals of each span, by name, answered or not. */
  readonly received = new Map<string, number>();
  /** The spans in requests that were answered with success, without the rejected ones. */
  accepted = 0;
  rejected = 0;
  requests = 0;
  /** The time of each request, on the monotonic clock. */
  readonly requestTimesMs: number[] = [];
  /** The size of each request body. */
  readonly requestBytes: number[] = [];
  inFlight = 0;
  maxInFlight = 0;
  /** Whether open sockets would keep the process alive. */
  keepsAlive = false;
  isClosed = false;
  latencyMs = 0;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  hold(keepAlive: boolean): void {
    this.keepsAlive = keepAlive;
  }

  close(): void {
    this.isClosed = true;
  }

  async send(request: TransportRequest): Promise<TransportResult> {
    this.inFlight++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    this.requestTimesMs.push(this.#time.monotonicMs());
    this.requestBytes.push(request.body.length);
    try {
      if (this.latencyMs > 0) {
        await new Promise<void>(resolve => void this.#time.after(this.latencyMs, resolve));
      }
      return await this.#handle(request, this.behavior(this.requests++));
    } finally {
      this.inFlight--;
    }
  }

  async #handle({ body, signal }: TransportRequest, behavior: Behavior): Promise<TransportResult> {
    const names = spanNames(body);
    const wireBytes = body.length;
    const fail = (code: string, isRequestSent: boolean): TransportResult => ({
      kind: 'failure',
      code,
      message: code,
      isRequestSent,
      wireBytes,
    });
    const respond = (
      status: number,
      more: Partial<TransportResult & { kind: 'response' }> = {},
    ): TransportResult => ({ kind: 'response', status, body: new Uint8Array(0), wireBytes, ...more });
    const store = (): void => {
      for (const name of names) this.received.set(name, (this.received.get(name) ?? 0) + 1);
    };
    const accept = (rejected = 0): void => {
      store();
      this.accepted += names.length - rejected;
      this.rejected += rejected;
    };
    if (typeof behavior === 'object') {
      const { status, retryAfter } = behavior;
      return respond(status, retryAfter === undefined ? {} : { retryAfter });
    }
    if (names.length > this.maxSpans) return respond(413);
    switch (behavior) {
      case 'refuse':
        return fail('ECONNREFUSED', false);
      case 'reset_before':
        return fail('ECONNRESET', false);
      case 'reset_after':
        store();
        return fail('ECONNRESET', true);
      case 'hang_before':
      case 'hang_after':
        if (behavior === 'hang_after') store();
        await untilAborted(signal);
        return fail('TIMEOUT', true);
      case 'slow_body':
        accept();
        await untilAborted(signal);
        return respond(200, { body: Uint8Array.of(0x0a) });
      case 'half_body':
        accept();
        return respond(200, { body: encodePartialSuccess(1, 'cut off').subarray(0, 3) });
      case 'web_page':
        return respond(200, { contentType: 'text/html; charset=utf-8', body: Buffer.from('<html>') });
      case 'partial': {
        const rejected = Math.min(1, names.length);
        accept(rejected);
        return respond(200, { body: encodePartialSuccess(rejected, 'too old') });
      }
      case 'redirect':
        return respond(308, { location: 'https://elsewhere.test/v1/traces?key=secret' });
      case 'throw':
        throw new Error('a transport with a fault');
      default:
        accept();
        return respond(200);
    }
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}
