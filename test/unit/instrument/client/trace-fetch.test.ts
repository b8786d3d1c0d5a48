import { channel } from 'node:diagnostics_channel';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { listen, startRecording } from '../../../support/server-recording.js';

const FORWARDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('records the attributes of the conventions', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false, fetch: { requestHeaders: ['X-Id'], responseHeaders: ['X-Answer'] } });
  const port = await listen((_request, response) => {
    response.writeHead(503, { 'x-answer': 'a' }).end('no');
  });
  await (await fetch(`http://127.0.0.1:${port}/a?sig=s`, { headers: { 'x-id': '7' } })).text();
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.name).toBe('GET');
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'server.address': '127.0.0.1',
    'server.port': port,
    'url.full': `http://127.0.0.1:${port}/a?sig=REDACTED`,
    'network.protocol.version': '1.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': port,
    'http.response.status_code': 503,
    'error.type': '503',
    'http.request.header.x-id': ['7'],
    'http.response.header.x-answer': ['a'],
  });
});

it.each<[string, NonNullable<RequestInit['headers']>]>([
  ['an object', { TraceParent: FORWARDED, tracestate: 'v=1', 'x-id': '1' }],
  [
    'pairs',
    [
      ['traceparent', FORWARDED],
      ['Traceparent', FORWARDED],
      ['x-id', '1'],
    ],
  ],
  ['Headers', new Headers({ traceparent: FORWARDED, 'x-id': '1' })],
])('replaces propagation headers in %s, also in a Request', async (_, headers) => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false });
  const received: string[][] = [];
  const port = await listen((incoming, response) => {
    received.push(incoming.rawHeaders);
    response.end();
  });
  const url = `http://127.0.0.1:${port}/`;
  await (await fetch(url, { headers })).text();
  await (await fetch(new Request(url, { headers }))).text();
  const spans = await waitForSpans(2, SpanKind.CLIENT);
  for (const [index, raw] of received.entries()) {
    const names = raw.filter((__, position) => position % 2 === 0).map(name => name.toLowerCase());
    expect(names.filter(name => name.startsWith('trace'))).toEqual(['traceparent']);
    expect(raw[names.indexOf('traceparent') * 2 + 1]).toContain(spans[index]?.spanContext().spanId);
    expect(names).toContain('x-id');
  }
});

it('names a time-out, and leaves a cancelled request without an error', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false });
  const port = await listen(() => {});
  const url = `http://127.0.0.1:${port}/`;
  const controller = new AbortController();
  const cancelled = fetch(url, { signal: controller.signal });
  await expect(fetch(url, { signal: AbortSignal.timeout(30) })).rejects.toThrow('timeout');
  controller.abort();
  await expect(cancelled).rejects.toThrow('aborted');
  const spans = await waitForSpans(2, SpanKind.CLIENT);
  expect(spans.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
    ['TimeoutError', SpanStatusCode.ERROR],
    [undefined, SpanStatusCode.UNSET],
  ]);
});

/** The dispatcher of the global fetch, which exists after the first call. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean;
}

function getDispatcher(): Dispatcher {
  return (globalThis as unknown as Record<symbol, Dispatcher>)[Symbol.for('undici.globalDispatcher.1')]!;
}

/** Sends a request. `onEnd` is called by undici while it handles the end of the response. */
function dispatch(port: number, path: string, onEnd: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      onEnd();
      resolve();
    };
    // The names of undici 5 to 7, and those of undici 8.
    const legacy = {
      onConnect() {},
      onHeaders: () => true,
      onData: () => true,
      onComplete: end,
      onError: reject,
    };
    const current = {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData() {},
      onResponseEnd: end,
      onResponseError: (_controller: unknown, error: unknown) => reject(error as Error),
    };
    const isLegacy = Number(process.versions['undici']?.split('.')[0]) < 7;
    const handler = isLegacy ? legacy : current;
    getDispatcher().dispatch({ origin: `http://127.0.0.1:${port}`, path, method: 'GET' }, handler);
  });
}

it('keeps the context of the caller in a request that a handler sends, as a retry is', async () => {
  const { enable, provider, waitForSpans } = startRecording();
  enable({ http: false });
  await fetch('data:,');
  const sockets: unknown[] = [];
  const port = await listen((incoming, response) => {
    sockets.push(incoming.socket);
    response.end();
  });
  const tracer = provider.getTracer('test');
  // Opens the connection that the next request uses, once it is free.
  const opening = tracer.startSpan('opening');
  await context.with(trace.setSpan(context.active(), opening), async () => {
    await dispatch(port, '/opening', () => {});
    await new Promise(resolve => setImmediate(resolve));
  });
  const caller = tracer.startSpan('caller');
  await context.with(trace.setSpan(context.active(), caller), async () => {
    await new Promise<void>((resolve, reject) => {
      const retry = (): void => void dispatch(port, '/retry', resolve).catch(reject);
      dispatch(port, '/first', retry).catch(reject);
    });
  });
  const spans = await waitForSpans(3, SpanKind.CLIENT);
  expect(sockets[1]).toBe(sockets[0]);
  const callerId = caller.spanContext().spanId;
  expect(spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([
    opening.spanContext().spanId,
    callerId,
    callerId,
  ]);
});

it('ends the span of a request in flight after disable()', async () => {
  const { enable, waitForSpans } = startRecording();
  const disable = enable({ http: false });
  const port = await listen((_request, response) => {
    disable();
    response.end('ok');
  });
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  expect(await waitForSpans(1, SpanKind.CLIENT)).toHaveLength(1);
});

/** A request as undici publishes it. */
const undiciRequest = (parts: Record<string, unknown> = {}): Record<string, unknown> => ({
  method: 'GET',
  origin: 'http://shop.example',
  path: '/a',
  headers: ['x-id', '7'],
  ...parts,
});
const publish = (event: string, message: object): void => channel(`undici:${event}`).publish(message);

it('traces no CONNECT, no upgrade, no ignored URL, and nothing while tracing is suppressed', () => {
  const { enable, spans } = startRecording();
  enable({ http: false, fetch: { ignoreOutgoing: url => url.endsWith('/health') } });
  const suppressed = undiciRequest();
  context.with(suppressTracing(context.active()), () => publish('request:create', { request: suppressed }));
  const others = [{ method: 'CONNECT' }, { upgrade: 'websocket' }, { path: '/health' }].map(undiciRequest);
  for (const request of others) publish('request:create', { request });
  for (const request of [suppressed, ...others]) {
    publish('request:headers', { request, response: { statusCode: 200, headers: [] } });
    publish('client:sendHeaders', { request });
    publish('request:trailers', { request });
    publish('request:error', { request, error: new Error('closed') });
    expect(request.headers).toEqual(['x-id', '7']);
  }
  expect(spans).toEqual([]);
});

it('records further attributes, with the URL and the headers of the request', () => {
  const { enable, spans } = startRecording();
  const described: unknown[] = [];
  enable({
    http: false,
    fetch: {
      attributes: request => {
        described.push(request);
        return { 'app.id': request.headers['x-id'] };
      },
    },
  });
  // The request line of a proxy is absolute. The origin of the last request is not a URL.
  const requests = [{}, { path: 'http://proxied.example/b' }, { origin: 'none' }].map(undiciRequest);
  for (const request of requests) {
    publish('request:create', { request });
    publish('request:trailers', { request });
  }
  const rest = { method: 'GET', headers: { 'x-id': '7' } };
  expect(described).toEqual(
    ['http://shop.example/a', 'http://proxied.example/b', '/a'].map(url => ({ ...rest, url })),
  );
  expect(spans.map(({ attributes }) => [attributes['app.id'], attributes['server.address']])).toEqual([
    ['7', 'shop.example'],
    ['7', 'proxied.example'],
    ['7', undefined],
  ]);
});

it('records HTTP/2, and not the status of an informational response', () => {
  const { enable, spans } = startRecording();
  enable({ http: false });
  const request = undiciRequest();
  publish('request:create', { request });
  publish('client:sendHeaders', {
    request,
    socket: { alpnProtocol: 'h2', remoteAddress: '::1', remotePort: 4 },
  });
  publish('request:headers', { request, response: { statusCode: 103, headers: [] } });
  publish('request:trailers', { request });
  expect(spans[0]?.attributes).toMatchObject({ 'network.protocol.version': '2', 'network.peer.port': 4 });
  expect(spans[0]?.attributes).not.toHaveProperty(['http.response.status_code']);
});

it.each([
  ['a body that was not read and is collected is no error', true, SpanStatusCode.UNSET],
  ['a text as reason before the response is an error', false, SpanStatusCode.ERROR],
])('%s', (_, hasResponse, code) => {
  const { enable, spans } = startRecording();
  enable({ http: false });
  const request = undiciRequest();
  publish('request:create', { request });
  if (hasResponse) publish('request:headers', { request, response: { statusCode: 200, headers: [] } });
  publish('request:error', { request, error: 'collected' });
  expect(spans.map(({ status }) => status.code)).toEqual([code]);
});

it('gives spans to the requests of more origins than it remembers', () => {
  const { enable, spans } = startRecording();
  enable({ http: false });
  for (let i = 0; i < 300; i++) {
    const request = undiciRequest({ origin: `http://h${i}.example` });
    publish('request:create', { request });
    publish('request:trailers', { request });
  }
  expect(spans).toHaveLength(300);
  expect(spans[299]?.attributes['server.address']).toBe('h299.example');
});
