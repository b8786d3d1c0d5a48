import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, request, type RequestOptions } from 'node:http';
import type { TcpSocketConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { expect, it, onTestFinished } from 'vitest';
import { globalState } from '../../../../src/core/global-state.js';
import { createPropagationPolicy } from '../../../../src/propagation/propagation-policy.js';
import { listen, startRecording } from '../../../support/server-recording.js';

async function read(path: string, port: number, options: object = {}): Promise<IncomingMessage> {
  const [response] = await once(get({ host: '127.0.0.1', port, path, ...options }), 'response');
  await once((response as IncomingMessage).resume(), 'end');
  return response as IncomingMessage;
}

it('records the attributes of the conventions', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false, http: { requestHeaders: ['X-Id'], responseHeaders: ['X-Answer'] } });
  const port = await listen((_request, response) => {
    response.writeHead(404, { 'x-answer': 'a' }).end('no');
  });
  await read('/orders?sig=secret', port, { headers: ['Host', `h:${port}`, 'x-id', '7'] });
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.name).toBe('GET');
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'server.address': '127.0.0.1',
    'server.port': port,
    'url.full': `http://127.0.0.1:${port}/orders?sig=REDACTED`,
    'network.protocol.version': '1.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': port,
    'http.response.status_code': 404,
    'error.type': '404',
    'http.request.header.x-id': ['7'],
    'http.response.header.x-answer': ['a'],
  });
});

it('names a request with an unknown method HTTP, and records further attributes', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false, http: { attributes: ({ method }) => ({ asked: method }) } });
  const port = await listen((_request, response) => response.end());
  await read('/', port, { method: 'PROPFIND' });
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.name).toBe('HTTP');
  expect(span?.attributes).toMatchObject({ 'http.request.method_original': 'PROPFIND', asked: 'PROPFIND' });
});

it.each<[string | undefined, { signal?: 'timeout' | 'abort'; [option: string]: unknown }, SpanStatusCode]>([
  ['ECONNREFUSED', { port: 1 }, SpanStatusCode.ERROR],
  ['TimeoutError', { path: '/hang', signal: 'timeout' }, SpanStatusCode.ERROR],
  ['TimeoutError', { path: '/hang', timeout: 30 }, SpanStatusCode.ERROR],
  [undefined, { path: '/hang', signal: 'abort' }, SpanStatusCode.UNSET],
])('the error type %s for %j', async (type, { signal, ...options }, code) => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false });
  const port = await listen(() => {});
  const signals = { timeout: () => AbortSignal.timeout(30), abort: () => AbortSignal.abort() };
  const own = signal === undefined ? {} : { signal: signals[signal]() };
  const sent = get({ host: '127.0.0.1', port, ...options, ...own });
  sent.on('timeout', () => sent.destroy());
  await new Promise(resolve => sent.on('error', () => {}).on('close', resolve));
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.attributes['error.type']).toBe(type);
  expect(span?.status.code).toBe(code);
});

it('has the code of the connections as error type, if all addresses of a host fail', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false });
  const addresses = ['127.0.0.1', '127.0.0.2'].map(address => ({ address, family: 4 }));
  const options: RequestOptions & TcpSocketConnectOpts = {
    host: 'several.example',
    port: 1,
    autoSelectFamily: true,
    lookup: (_host, _options, done) => done(null, addresses),
  };
  const sent = get(options);
  const [error] = (await once(sent, 'error')) as [unknown];
  expect(error).toBeInstanceOf(AggregateError);
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.attributes['error.type']).toBe('ECONNREFUSED');
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'connect ECONNREFUSED 127.0.0.1:1' });
});

it('ends the span of a response that is not read, and of one that nobody listens to', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false });
  const port = await listen((_request, response) => response.end('ok'));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  await once(get({ host: '127.0.0.1', port, agent }), 'response');
  get({ host: '127.0.0.1', port, agent });
  expect(await waitForSpans(2, SpanKind.CLIENT)).toHaveLength(2);
});

it('keeps the context of the caller in listeners, and connects client and server', async () => {
  const { enable, provider, waitForSpans } = startRecording();
  enable({});
  const port = await listen((_request, response) => response.end('ok'));
  await provider.getTracer('test').startActiveSpan('caller', async caller => {
    const sent = request({ host: '127.0.0.1', port, agent: false });
    const active = await new Promise(resolve => {
      sent
        .on('response', response => response.resume().on('end', () => resolve(trace.getActiveSpan())))
        .end();
    });
    expect(active).toBe(caller);
    caller.end();
  });
  const [client] = await waitForSpans(1, SpanKind.CLIENT);
  const [server] = await waitForSpans(1);
  expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
});

it('sends no headers to hosts that are not allowed, and keeps those of the application', async () => {
  const { enable } = startRecording();
  globalState.propagation = createPropagationPolicy({ to: 'other.example' });
  onTestFinished(() => {
    globalState.propagation = undefined;
  });
  enable({ fetch: false });
  const received: unknown[] = [];
  const port = await listen((incoming, response) => {
    received.push(incoming.headers['traceparent']);
    response.end();
  });
  await read('/', port);
  await read('/', port, { headers: { traceparent: 'mine' } });
  expect(received).toEqual([undefined, 'mine']);
});

it('ignoreOutgoing makes no span, and still sends the context', async () => {
  const { enable, provider, spans } = startRecording();
  enable({ fetch: false, http: { ignoreOutgoing: '127.0.0.1', ignore: '/' } });
  let received: unknown;
  const port = await listen((incoming, response) => {
    received = incoming.headers['traceparent'];
    expect(provider.getTracer('test').startSpan('inside').isRecording()).toBe(false);
    response.end();
  });
  await provider.getTracer('test').startActiveSpan('caller', async caller => {
    await read('/?page=2', port);
    caller.end();
  });
  expect(spans.map(({ name }) => name)).toEqual(['caller']);
  expect(received).toContain(spans[0]?.spanContext().spanId);
});

it('sends the headers of the application while tracing is suppressed, and creates no span', async () => {
  const { enable, spans } = startRecording();
  enable({ fetch: false });
  const received: unknown[] = [];
  const port = await listen((incoming, response) => {
    received.push(incoming.headers['traceparent']);
    response.end();
  });
  await context.with(suppressTracing(context.active()), () =>
    read('/', port, { headers: { traceparent: 'mine' } }),
  );
  expect(received).toEqual(['mine']);
  expect(spans.filter(({ kind }) => kind === SpanKind.CLIENT)).toEqual([]);
});

it('creates no span inside that of the instrumentation of OpenTelemetry', async () => {
  const { enable, provider, spans, waitForSpans } = startRecording();
  enable({ fetch: false });
  const port = await listen((_request, response) => response.end());
  const requestIn = async (scope: string): Promise<void> => {
    const span = provider.getTracer(scope).startSpan(scope, { kind: SpanKind.CLIENT });
    await context.with(trace.setSpan(context.active(), span), () => read('/', port));
  };
  await requestIn('@opentelemetry/instrumentation-http');
  await requestIn('another');
  await waitForSpans(1, SpanKind.CLIENT);
  expect(spans.filter(({ kind }) => kind === SpanKind.CLIENT)).toHaveLength(1);
});

it('sends a request whose propagation header Node.js refuses', async () => {
  const { enable, waitForSpans } = startRecording();
  propagation.disable();
  propagation.setGlobalPropagator({
    inject: (_context, carrier, setter) => setter.set(carrier, 'x-trace', 'a\nb'),
    extract: given => given,
    fields: () => ['x-trace'],
  });
  enable({ fetch: false });
  const received: unknown[] = [];
  const port = await listen((incoming, response) => {
    received.push(incoming.headers['x-trace'], incoming.headers['x-id']);
    response.end();
  });
  const response = await read('/', port, { headers: { 'x-id': '7' } });
  expect(response.statusCode).toBe(200);
  expect(received).toEqual([undefined, '7']);
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
});

it.each([
  ['a Unix socket has a path instead of a port', undefined],
  ['further attributes go with those of a Unix socket', () => ({ 'app.id': 7 })],
])('%s', async (_, attributes) => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false, http: attributes === undefined ? {} : { attributes } });
  const directory = mkdtempSync(join(tmpdir(), 'socket-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const socketPath = join(directory, 's');
  const server = createServer((_request, response) => response.end());
  await new Promise<void>(resolve => server.listen(socketPath, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const [response] = await once(get({ socketPath, path: '/' }), 'response');
  await once((response as IncomingMessage).resume(), 'end');
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.attributes).toMatchObject({
    'network.transport': 'unix',
    'network.peer.address': socketPath,
    ...attributes?.(),
  });
  expect(span?.attributes).not.toHaveProperty(['server.port']);
});
