// traceFetch and traceHandler with node:http and the real fetch on the loopback interface, with init() and its instrumentations.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { context, propagation, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import type { ReadableSpan } from '../../../src/core/sdk-types.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { traceHandler, traceFetch } from '../../../src/http/index.js';
import { init, trace } from '../../../src/index.js';
import type { InstrumentOption } from '../../../src/instrument/index.js';
import { eventually } from '../../support/eventually.js';

const silentLogger = { error() {}, warn() {}, info() {}, debug() {} };

const recorded = memory();
let server: Server;
let base: string;
let requests: IncomingMessage[];

/** Serves a Request -> Response function on node:http, like the adapters of Hono and Next. */
async function serve(fetch: (request: Request) => Response | Promise<Response>): Promise<void> {
  requests = [];
  server = createServer((incoming, outgoing) => void respond(fetch, incoming, outgoing));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function respond(
  fetch: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  requests.push(incoming);
  const disconnected = new AbortController();
  outgoing.on('close', () => disconnected.abort());
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const init = { method: incoming.method ?? 'GET', headers, signal: disconnected.signal };
  try {
    const response = await fetch(new Request(`http://${incoming.headers.host}${incoming.url}`, init));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
  } catch {
    // The client disconnected during the response.
    outgoing.destroy();
  }
}

function start(instrument: InstrumentOption): void {
  init({
    service: 'http',
    exporter: recorded,
    instrument,
    exitHandlers: false,
    logger: silentLogger,
  });
}

const ofKind = (kind: SpanKind): ReadableSpan[] => recorded.spans.filter(span => span.kind === kind);

/** Waits for the single span of a kind. */
async function waitForSpan(kind: SpanKind): Promise<ReadableSpan> {
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

describe('our own client and server', () => {
  it('are one trace: the caller, the CLIENT span, the SERVER span, the work', async () => {
    start(false);
    await serve(
      traceHandler(async () => trace.span('work', async () => Response.json(trace.getBaggage())), {
        route: '/orders/:id',
      }),
    );
    const body = await trace.withBaggage({ tenant: 'acme' }, () =>
      trace.span('caller', async () => (await traceFetch()(`${base}/orders/4711`)).json()),
    );
    expect(body).toEqual({ tenant: 'acme' });
    await waitForSpan(SpanKind.SERVER);
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

  it('both spans of a stream last until its last chunk, and a client that disconnects is not an error', async () => {
    start(false);
    let cancelled = false;
    await serve(
      traceHandler(
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
    const response = await traceFetch()(base, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    expect(recorded.spans).toEqual([]);
    controller.abort();
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      const span = await waitForSpan(kind);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.attributes['http.response.status_code']).toBe(200);
    }
    expect(cancelled).toBe(true);
  });

  it('a refused connection is an error with its code as error.type', async () => {
    start(false);
    await serve(() => new Response());
    server.close();
    await expect(traceFetch()(base)).rejects.toThrow('fetch failed');
    const span = await waitForSpan(SpanKind.CLIENT);
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('a redirected call is one span with the original URL', async () => {
    start(false);
    await serve(request =>
      new URL(request.url).pathname === '/old' ? Response.redirect(`${base}/new`, 302) : new Response('new'),
    );
    const response = await traceFetch()(`${base}/old`);
    expect([await response.text(), response.url, response.redirected]).toEqual(['new', `${base}/new`, true]);
    expect((await waitForSpan(SpanKind.CLIENT)).attributes['url.full']).toBe(`${base}/old`);
    expect(requests.map(request => request.headers.traceparent)).toHaveLength(2);
  });
});

describe('below the instrumentations of fetch and http', () => {
  it('traceFetch is one CLIENT span, and sends one traceparent', async () => {
    start({ http: false });
    await serve(() => new Response('ok'));
    await trace.withBaggage({ tenant: 'acme' }, async () => (await traceFetch()(base)).text());
    const span = await waitForSpan(SpanKind.CLIENT);
    expect(span.instrumentationScope?.name).toBe('@do/trace');
    const { rawHeaders } = requests[0] as IncomingMessage;
    const sent = (name: string): string[] =>
      rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === name);
    expect(sent('traceparent')).toEqual([`00-${span.spanContext().traceId}-${span.spanContext().spanId}-03`]);
    expect(sent('baggage')).toEqual(['tenant=acme']);
  });

  it('a plain fetch is traced by the instrumentation', async () => {
    start({ http: false });
    await serve(() => new Response('ok'));
    await (await fetch(base)).text();
    expect((await waitForSpan(SpanKind.CLIENT)).instrumentationScope?.name).toBe('@do/trace/fetch');
  });

  it('traceHandler sets the route of the SERVER span of node:http', async () => {
    start({ fetch: false });
    await serve(traceHandler(() => trace.span('work', () => new Response('ok')), { route: '/orders/:id' }));
    await trace.suppress(async () => (await fetch(`${base}/orders/4711`)).text());
    const span = await waitForSpan(SpanKind.SERVER);
    expect(span.instrumentationScope?.name).toBe('@do/trace/node-http');
    expect(span.name).toBe('GET /orders/:id');
    expect(span.attributes).toMatchObject({ 'http.route': '/orders/:id', 'http.response.status_code': 200 });
    const work = recorded.spans.find(({ name }) => name === 'work');
    expect(work?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });
});

describe('with OTEL_SDK_DISABLED', () => {
  it('a process passes incoming context headers on', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    start(false);
    const sent: (string | null)[] = [];
    await serve(request => {
      sent.push(request.headers.get('traceparent'), request.headers.get('baggage'));
      return new Response('ok');
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const edge = traceHandler(async () => traceFetch()(base));
    await (
      await edge(new Request('http://edge/', { headers: { traceparent, baggage: 'tenant=acme' } }))
    ).text();
    expect(sent).toEqual([traceparent, 'tenant=acme']);
    expect(recorded.spans).toEqual([]);
  });
});
