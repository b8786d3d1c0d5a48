// tracedFetch and handler on a real server and the real fetch, on loopback, with init() and its instrumentations.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { context, propagation, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { handler, tracedFetch } from '../../../src/http/index.js';
import { init, trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';

const quiet = { error() {}, warn() {}, info() {}, debug() {} };

const recorded = memory();
let server: Server;
let base: string;
let requests: IncomingMessage[];

/** Serves Request -> Response on node:http, as the adapters of Hono and Next do. */
async function serve(fetch: (request: Request) => Response | Promise<Response>): Promise<void> {
  requests = [];
  server = createServer((incoming, outgoing) => void answer(fetch, incoming, outgoing));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(
  fetch: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  requests.push(incoming);
  const left = new AbortController();
  outgoing.on('close', () => left.abort());
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const init = { method: incoming.method ?? 'GET', headers, signal: left.signal };
  try {
    const response = await fetch(new Request(`http://${incoming.headers.host}${incoming.url}`, init));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
  } catch {
    // The client left while it was answered.
    outgoing.destroy();
  }
}

function start(instrument: false | string[]): void {
  init({ service: 'http', exporter: recorded, instrument, exitHandlers: false, logger: quiet } as never);
}

const ofKind = (kind: SpanKind): ReadableSpan[] => recorded.spans.filter(span => span.kind === kind);

/** The one span of a kind, as soon as it has ended. */
async function ended(kind: SpanKind): Promise<ReadableSpan> {
  return eventually(() => {
    const [span, ...more] = ofKind(kind);
    expect(more).toEqual([]);
    if (span === undefined) throw new Error(`no ${SpanKind[kind]} span`);
    return span;
  });
}

beforeEach(() => {
  for (const key of Object.keys(process.env)) if (/^(OTEL_|TRACE)/.test(key)) vi.stubEnv(key, undefined);
  recorded.reset();
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await trace.shutdown();
  for (const api of [apiTrace, context, propagation]) api.disable();
});

describe('client and server of our own', () => {
  it('are one trace: the span of the caller, the CLIENT span, the SERVER span, the work', async () => {
    start(false);
    await serve(
      handler(async () => trace.span('work', async () => Response.json(trace.getBaggage())), {
        route: '/orders/:id',
      }),
    );
    const body = await trace.withBaggage({ tenant: 'acme' }, () =>
      trace.span('caller', async () => (await tracedFetch()(`${base}/orders/4711`)).json()),
    );
    expect(body).toEqual({ tenant: 'acme' });
    await ended(SpanKind.SERVER);
    const tree = recorded.spans.map(({ name, parentSpanContext }) => [
      name,
      recorded.spans.find(span => span.spanContext().spanId === parentSpanContext?.spanId)?.name,
    ]);
    expect(new Set(tree)).toEqual(
      new Set([
        ['caller', undefined],
        ['GET', 'caller'],
        ['GET /orders/:id', 'GET'],
        ['work', 'GET /orders/:id'],
      ]),
    );
    expect(new Set(recorded.spans.map(span => span.spanContext().traceId)).size).toBe(1);
  });

  it('stream: both spans last until the last piece, and a client that leaves is no error on either side', async () => {
    start(false);
    let cancelled = false;
    await serve(
      handler(
        () =>
          new Response(
            new ReadableStream({
              pull: controller => controller.enqueue(new Uint8Array(1024)),
              cancel: () => void (cancelled = true),
            }),
          ),
      ),
    );
    const controller = new AbortController();
    const response = await tracedFetch()(base, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    expect(recorded.spans).toEqual([]);
    controller.abort();
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      const span = await ended(kind);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.attributes['http.response.status_code']).toBe(200);
    }
    expect(cancelled).toBe(true);
  });

  it('a port that nobody listens on is an error, named by its code', async () => {
    start(false);
    await serve(() => new Response());
    server.close();
    await expect(tracedFetch()(base)).rejects.toThrow('fetch failed');
    const span = await ended(SpanKind.CLIENT);
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('redirects are one span, to the address that was asked for', async () => {
    start(false);
    await serve(request =>
      new URL(request.url).pathname === '/old' ? Response.redirect(`${base}/new`, 302) : new Response('new'),
    );
    const response = await tracedFetch()(`${base}/old`);
    expect([await response.text(), response.url, response.redirected]).toEqual(['new', `${base}/new`, true]);
    expect((await ended(SpanKind.CLIENT)).attributes['url.full']).toBe(`${base}/old`);
    expect(requests.map(request => request.headers.traceparent)).toHaveLength(2);
  });
});

describe('below the instrumentations of fetch and http', () => {
  it('tracedFetch is one CLIENT span, and one traceparent goes out: its own', async () => {
    start(['fetch']);
    await serve(() => new Response('ok'));
    await trace.withBaggage({ tenant: 'acme' }, async () => (await tracedFetch()(base)).text());
    const span = await ended(SpanKind.CLIENT);
    expect(span.instrumentationScope.name).toBe('@do/trace');
    const { rawHeaders } = requests[0] as IncomingMessage;
    const sent = (name: string): string[] =>
      rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === name);
    expect(sent('traceparent')).toEqual([`00-${span.spanContext().traceId}-${span.spanContext().spanId}-03`]);
    expect(sent('baggage')).toEqual(['tenant=acme']);
  });

  it('a plain fetch beside it is traced as before', async () => {
    start(['fetch']);
    await serve(() => new Response('ok'));
    await (await fetch(base)).text();
    expect((await ended(SpanKind.CLIENT)).instrumentationScope.name).toContain('undici');
  });

  it('handler is one SERVER span: that of node:http, with the route', async () => {
    start(['http']);
    await serve(handler(() => trace.span('work', () => new Response('ok')), { route: '/orders/:id' }));
    await trace.suppress(async () => (await fetch(`${base}/orders/4711`)).text());
    const span = await ended(SpanKind.SERVER);
    expect(span.instrumentationScope.name).toContain('http');
    expect(span.name).toBe('GET /orders/:id');
    expect(span.attributes).toMatchObject({ 'http.route': '/orders/:id', 'http.response.status_code': 200 });
    const work = recorded.spans.find(({ name }) => name === 'work');
    expect(work?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });
});

describe('switched off', () => {
  it('a process that records nothing passes on what it was sent', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    start(false);
    const sent: (string | null)[] = [];
    await serve(request => {
      sent.push(request.headers.get('traceparent'), request.headers.get('baggage'));
      return new Response('ok');
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const edge = handler(async () => tracedFetch()(base));
    await (
      await edge(new Request('http://edge/', { headers: { traceparent, baggage: 'tenant=acme' } }))
    ).text();
    expect(sent).toEqual([traceparent, 'tenant=acme']);
    expect(recorded.spans).toEqual([]);
  });
});
