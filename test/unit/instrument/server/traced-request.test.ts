import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getRpcMetadata } from '../../../../src/context/rpc-metadata.js';
import { TracerProvider } from '../../../../src/engine/provider.js';
import { listen, sendRequest, startRecording } from '../../../support/server-recording.js';

const HEAD = 'GET / HTTP/1.1\nHost: a';
const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/** Creates a server whose handler throws, and which keeps the errors that its `emit` throws. */
function createThrowingServer(error: unknown): { server: Server; caught: unknown[] } {
  const server = createServer();
  const caught: unknown[] = [];
  const emit = (event: string, ...args: unknown[]): boolean => {
    try {
      return Reflect.apply(Server.prototype.emit, server, [event, ...args]);
    } catch (thrown) {
      caught.push(thrown);
      (args[1] as ServerResponse).end('failed');
      return true;
    }
  };
  server.emit = emit as Server['emit'];
  server.on('request', () => {
    throw error;
  });
  return { server, caught };
}

describe('the context of a request', () => {
  it('is active in the handler, after its awaits, and in listeners of request and response', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const active: [string, string | undefined][] = [];
    const record = (place: string): void => void active.push([place, activeTraceId()]);
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      record('handler');
      request.on('data', () => {
        record('data');
        arrived.emit('data');
      });
      request.once('end', async () => {
        record('end');
        await new Promise(resolve => setImmediate(resolve));
        record('later');
        response.end('ok');
      });
      response.on('finish', () => record('finish'));
      response.on('close', () => record('close'));
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc');
    // In two parts, so that the connection emits the second one outside the context of the handler.
    arrived.once('data', () => socket.write('def'));
    await new Promise(resolve => socket.resume().once('close', resolve));
    const [span] = await waitForSpans(1);
    expect(active.map(([place]) => place)).toEqual([
      'handler',
      'data',
      'data',
      'end',
      'later',
      'finish',
      'close',
    ]);
    expect(new Set(active.map(([, id]) => id))).toEqual(new Set([span?.spanContext().traceId]));
  });

  it('differs for each request of a connection, and is not active between them', async () => {
    const { enable, waitForSpans } = startRecording();
    const idsOfConnection: (string | undefined)[] = [];
    const server = createServer();
    server.on('connection', socket => socket.on('data', () => idsOfConnection.push(activeTraceId())));
    enable({ fetch: false });
    const port = await listen((_request, response) => response.end(activeTraceId()), server);
    const socket = connect(port, '127.0.0.1');
    const bodies: string[] = [];
    for (let i = 0; i < 3; i++) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const response = await new Promise<Buffer>(resolve => socket.once('data', resolve));
      bodies.push(response.toString().split('\r\n\r\n')[1] ?? '');
    }
    socket.destroy();
    const ids = (await waitForSpans(3)).map(span => span.spanContext().traceId);
    expect(bodies).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
    expect(idsOfConnection).toEqual([undefined, undefined, undefined]);
  });

  it("has the client's trace id with a sampler that records nothing", async () => {
    const { enable } = startRecording();
    enable({ fetch: false }, new TracerProvider({ sampler: new AlwaysOffSampler() }));
    const clientTraceId = '0af7651916cd43dd8448eb211c80319c';
    const port = await listen((_request, response) => response.end(activeTraceId()));
    const response = await sendRequest(port, `${HEAD}\ntraceparent: 00-${clientTraceId}-b7ad6b7169203331-01`);
    expect(response).toContain(clientTraceId);
  });

  it('does not wrap listeners, so that they can be removed', async () => {
    const { enable } = startRecording();
    enable({ fetch: false });
    let count: number | undefined;
    const port = await listen((request, response) => {
      const listener = (): void => {};
      request.on('end', listener);
      expect(request.listeners('end')).toContain(listener);
      const before = request.listenerCount('end');
      request.off('end', listener);
      count = before - request.listenerCount('end');
      response.end();
    });
    await sendRequest(port, HEAD);
    expect(count).toBe(1);
  });
});

describe('the end of a request', () => {
  it('is an error if the client disconnects before the response', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const arrived = new EventEmitter();
    const port = await listen(() => arrived.emit('request'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    arrived.once('request', () => socket.destroy());
    const [span] = await waitForSpans(1);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'aborted' });
    expect(span?.attributes['error.type']).toBe('ECONNRESET');
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('is not an error if the client ends a stream', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const port = await listen((_request, response) => void response.writeHead(200).write('data: 1'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.once('data', () => socket.destroy());
    const [span] = await waitForSpans(1);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  });

  it.each([
    [new TypeError('no such order'), 'TypeError', 'no such order'],
    ['a string', 'Error', 'a string'],
    [undefined, 'Error', 'undefined'],
  ])('is an error if the handler throws %s, which is rethrown unchanged', async (error, type, message) => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const { server, caught } = createThrowingServer(error);
    const port = await listen(() => {}, server);
    await sendRequest(port, HEAD);
    const [span] = await waitForSpans(1);
    expect(caught).toEqual([error]);
    expect(caught[0]).toBe(error);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span?.attributes['error.type']).toBe(type);
    expect(span?.events.map(event => event.name)).toEqual(['exception']);
  });

  it('is an error if the response emits one', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    let received: unknown;
    const port = await listen((_request, response) => {
      response.on('error', error => {
        received = error;
      });
      response.emit('error', new RangeError('write failed'));
      response.end();
    });
    await sendRequest(port, HEAD);
    const [span] = await waitForSpans(1);
    expect(received).toBeInstanceOf(RangeError);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'write failed' });
  });

  it('ends the metadata that framework instrumentations find in the context', async () => {
    const { enable } = startRecording();
    enable({ fetch: false });
    const observed: unknown[] = [];
    const port = await listen((_request, response) => {
      const inRequest = context.active();
      const metadata = getRPCMetadata(inRequest);
      const span = trace.getActiveSpan();
      observed.push(metadata?.span === span, getRpcMetadata(inRequest) === metadata);
      response.on('close', () => {
        observed.push(getRpcMetadata(inRequest), metadata?.span === span);
        observed.push(metadata?.span.spanContext().spanId === span?.spanContext().spanId);
      });
      response.end();
    });
    await sendRequest(port, HEAD);
    // The metadata refers to a span with the same ids instead of the ended one.
    expect(observed).toEqual([true, true, undefined, false, true]);
  });
});

describe('the span of a special request', () => {
  it('exists with Expect: 100-continue, and with an unknown expectation', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const server = createServer();
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      request.resume().once('end', () => response.end(activeTraceId()));
    });
    server.on('checkExpectation', (_request, response: ServerResponse) => {
      response.statusCode = 417;
      response.end(activeTraceId());
    });
    const port = await listen(() => {}, server);
    const continued = await sendRequest(
      port,
      `PUT / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 0`,
    );
    const rejected = await sendRequest(port, `${HEAD}\nExpect: a-miracle`);
    const [first, second] = await waitForSpans(2);
    expect(continued).toContain(first?.spanContext().traceId);
    expect(rejected).toContain(second?.spanContext().traceId);
    expect(second?.attributes['http.response.status_code']).toBe(417);
  });

  it('ends if the client pipelines requests and disconnects before the first response', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      // This response waits for the first one and is never sent.
      if (request.url === '/2') response.end('ok');
      if (request.url === '/3') arrived.emit('all');
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(['/1', '/2', '/3'].map(path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    arrived.once('all', () => socket.destroy());
    const all = await waitForSpans(3);
    expect(all.map(({ attributes }) => attributes['url.path']).sort()).toEqual(['/1', '/2', '/3']);
    for (const span of all) {
      expect(span.attributes['error.type']).toBe('ECONNRESET');
      expect(span.attributes).not.toHaveProperty('http.response.status_code');
    }
  });

  it('ends if the client disconnects after all pipelined requests have been read', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      // Read to its end, so that the request emits no event when the connection closes.
      request.resume().once('close', () => {
        if (request.url === '/2') response.writeHead(503).end('later');
        if (request.url === '/3') arrived.emit('all');
      });
    });
    const socket = connect(port, '127.0.0.1');
    const requests = ['/1', '/2', '/3'].map(
      path => `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx`,
    );
    socket.write(requests.join(''));
    arrived.once('all', () => socket.destroy());
    const all = await waitForSpans(3);
    expect(all.map(({ attributes }) => attributes['url.path']).sort()).toEqual(['/1', '/2', '/3']);
    for (const span of all) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'aborted' });
      expect(span.attributes['error.type']).toBe('ECONNRESET');
      expect(span.attributes).not.toHaveProperty('http.response.status_code');
    }
  });

  it('has the status of its response for each of many pipelined requests', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const many = Array.from({ length: 30 }, (_, index) => `/${index}`);
    const waiting: ServerResponse[] = [];
    const warnings: Error[] = [];
    const warn = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', warn);
    let listeners: number | undefined;
    const port = await listen((request, response) => {
      waiting.push(response);
      if (waiting.length < many.length) return;
      listeners = request.socket.listenerCount('close');
      // In reverse order, so that all wait for the first.
      for (const each of waiting.toReversed()) each.writeHead(each === waiting[1] ? 500 : 204).end();
    });
    const socket = connect(port, '127.0.0.1').resume();
    socket.write(many.map(path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    const all = await waitForSpans(many.length);
    socket.destroy();
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', warn);
    const results = all.map(({ attributes }) => [
      attributes['url.path'],
      attributes['http.response.status_code'],
    ]);
    expect(results).toEqual(many.map(path => [path, path === '/1' ? 500 : 204]));
    expect(all.map(({ status }) => status.message)).toEqual(many.map(() => undefined));
    expect(listeners).toBeLessThan(10);
    expect(warnings).toEqual([]);
  });

  it.each([
    { when: 'after the head of the response', status: 101, sendsHead: true },
    { when: 'before the head of the response', status: undefined, sendsHead: false },
  ])('ends if the application takes over the connection $when', async ({ status, sendsHead }) => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    let active: string | undefined;
    const port = await listen((request, response) => {
      const { socket } = request;
      response.statusCode = status ?? 500;
      if (sendsHead) response.flushHeaders();
      response.detachSocket(socket);
      active = activeTraceId();
      socket.end('by hand');
    });
    const response = await sendRequest(port, HEAD);
    const [span] = await waitForSpans(1);
    expect(response).toMatch(/by hand$/);
    expect(active).toBe(span?.spanContext().traceId);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes['http.response.status_code']).toBe(status);
    expect(span?.attributes).not.toHaveProperty('error.type');
  });

  it('has no port if that of the Host header is not a number', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const port = await listen((_request, response) => response.end());
    await sendRequest(port, 'GET / HTTP/1.1\nHost: shop:http');
    const [span] = await waitForSpans(1);
    expect(span?.attributes['server.address']).toBe('shop');
    expect(span?.attributes).not.toHaveProperty('server.port');
  });
});

it('a request that timed out, and whose connection the server closes, has the error type TimeoutError', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ fetch: false });
  const port = await listen((request, response) => {
    response.emit('timeout');
    request.socket.destroy();
  });
  connect(port, '127.0.0.1')
    .on('error', () => {})
    .write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [span] = await waitForSpans(1);
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'timed out' });
  expect(span?.attributes).toMatchObject({ 'error.type': 'TimeoutError' });
  expect(span?.attributes).not.toHaveProperty(['http.response.status_code']);
});
