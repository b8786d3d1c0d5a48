// Servers of node:http under our instrumentation: what a handler and its listeners see, and how requests end.

import { EventEmitter } from 'node:events';
import { createServer, get, IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { connect, Socket } from 'node:net';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { getRpcMetadata } from '../../../src/context/rpc-metadata.js';
import { TracerProvider } from '../../../src/engine/provider.js';
import { listen, send, startRecording } from '../../support/server-recording.js';

const HEAD = 'GET / HTTP/1.1\nHost: a';
const traceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/** An emitter that runs a step when the server's handler is called, and remembers what came of it. */
function throwing(error: unknown): { server: Server; caught: unknown[] } {
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
  it('is active in the handler, in what it awaits, and in listeners of request and response', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const seen: [string, string | undefined][] = [];
    const see = (where: string): void => void seen.push([where, traceId()]);
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      see('handler');
      request.on('data', () => {
        see('data');
        arrived.emit('data');
      });
      request.once('end', async () => {
        see('end');
        await new Promise(resolve => setImmediate(resolve));
        see('later');
        response.end('ok');
      });
      response.on('finish', () => see('finish'));
      response.on('close', () => see('close'));
    });
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc');
    // In two pieces, so that the second comes from the connection and not from the handler's turn.
    arrived.once('data', () => socket.write('def'));
    await new Promise(resolve => socket.resume().once('close', resolve));
    const [span] = await spans(1);
    expect(seen.map(([where]) => where)).toEqual([
      'handler',
      'data',
      'data',
      'end',
      'later',
      'finish',
      'close',
    ]);
    expect(new Set(seen.map(([, id]) => id))).toEqual(new Set([span?.spanContext().traceId]));
  });

  it('is its own for each request of a connection, and gone between them', async () => {
    const { switchOn, spans } = startRecording();
    const seen: (string | undefined)[] = [];
    const server = createServer();
    server.on('connection', socket => socket.on('data', () => seen.push(traceId())));
    switchOn(['http']);
    const port = await listen((_request, response) => response.end(traceId()), server);
    const socket = connect(port, '127.0.0.1');
    const answers: string[] = [];
    for (let i = 0; i < 3; i++) {
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve));
      answers.push(answer.toString().split('\r\n\r\n')[1] ?? '');
    }
    socket.destroy();
    const ids = (await spans(3)).map(span => span.spanContext().traceId);
    expect(answers).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
    expect(seen).toEqual([undefined, undefined, undefined]);
  });

  it('goes on where nothing is recorded', async () => {
    const { switchOn } = startRecording();
    switchOn(['http'], new TracerProvider({ sampler: new AlwaysOffSampler() }));
    const sent = '0af7651916cd43dd8448eb211c80319c';
    const port = await listen((_request, response) => response.end(traceId()));
    const answer = await send(port, `${HEAD}\ntraceparent: 00-${sent}-b7ad6b7169203331-01`);
    expect(answer).toContain(sent);
  });

  it('leaves listeners what they are to whoever takes them off', async () => {
    const { switchOn } = startRecording();
    switchOn(['http']);
    let count: number | undefined;
    const port = await listen((request, response) => {
      const mine = (): void => {};
      request.on('end', mine);
      expect(request.listeners('end')).toContain(mine);
      const before = request.listenerCount('end');
      request.off('end', mine);
      count = before - request.listenerCount('end');
      response.end();
    });
    await send(port, HEAD);
    expect(count).toBe(1);
  });
});

describe('the end of a request', () => {
  it('is an error where the client has left before the answer', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const arrived = new EventEmitter();
    const port = await listen(() => arrived.emit('request'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    arrived.once('request', () => socket.destroy());
    const [span] = await spans(1);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'aborted' });
    expect(span?.attributes['error.type']).toBe('ECONNRESET');
    expect(span?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('is none where the client has had enough of a stream', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const port = await listen((_request, response) => void response.writeHead(200).write('data: 1'));
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    socket.once('data', () => socket.destroy());
    const [span] = await spans(1);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  });

  it.each([
    [new TypeError('no such order'), 'TypeError', 'no such order'],
    ['a string', 'Error', 'a string'],
    [undefined, 'Error', 'undefined'],
  ])('is an error where the handler throws %s, which goes on as it is', async (error, type, message) => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const { server, caught } = throwing(error);
    const port = await listen(() => {}, server);
    await send(port, HEAD);
    const [span] = await spans(1);
    expect(caught).toEqual([error]);
    expect(caught[0]).toBe(error);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message });
    expect(span?.attributes['error.type']).toBe(type);
    expect(span?.events.map(event => event.name)).toEqual(['exception']);
  });

  it('is an error where writing the response fails', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    let heard: unknown;
    const port = await listen((_request, response) => {
      response.on('error', error => {
        heard = error;
      });
      response.emit('error', new RangeError('no more paper'));
      response.end();
    });
    await send(port, HEAD);
    const [span] = await spans(1);
    expect(heard).toBeInstanceOf(RangeError);
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no more paper' });
  });

  it('ends what framework instrumentations find in the context', async () => {
    const { switchOn } = startRecording();
    switchOn(['http']);
    const found: unknown[] = [];
    const port = await listen((_request, response) => {
      const inRequest = context.active();
      const metadata = getRPCMetadata(inRequest);
      const span = trace.getActiveSpan();
      found.push(metadata?.span === span, getRpcMetadata(inRequest) === metadata);
      response.on('close', () => {
        found.push(getRpcMetadata(inRequest), metadata?.span === span);
        found.push(metadata?.span.spanContext().spanId === span?.spanContext().spanId);
      });
      response.end();
    });
    await send(port, HEAD);
    // The metadata lets go of the ended span, and keeps its ids.
    expect(found).toEqual([true, true, undefined, false, true]);
  });
});

describe('requests that are no ordinary ones', () => {
  it('are told where the client asks before it sends its body, and where it expects what Node does not know', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const server = createServer();
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      request.resume().once('end', () => response.end(traceId()));
    });
    server.on('checkExpectation', (_request, response: ServerResponse) => {
      response.statusCode = 417;
      response.end(traceId());
    });
    const port = await listen(() => {}, server);
    const asked = await send(port, `PUT / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 0`);
    const expected = await send(port, `${HEAD}\nExpect: a-miracle`);
    const [first, second] = await spans(2);
    expect(asked).toContain(first?.spanContext().traceId);
    expect(expected).toContain(second?.spanContext().traceId);
    expect(second?.attributes['http.response.status_code']).toBe(417);
  });

  it('end where the client sends several at once and leaves before the first answer', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      // This answer waits behind the first, and is never sent.
      if (request.url === '/2') response.end('ok');
      if (request.url === '/3') arrived.emit('all');
    });
    const socket = connect(port, '127.0.0.1');
    socket.write(['/1', '/2', '/3'].map(path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    arrived.once('all', () => socket.destroy());
    const all = await spans(3);
    expect(all.map(({ attributes }) => attributes['url.path']).sort()).toEqual(['/1', '/2', '/3']);
    for (const span of all) {
      expect(span.attributes['error.type']).toBe('ECONNRESET');
      expect(span.attributes).not.toHaveProperty('http.response.status_code');
    }
  });

  it('end where the client has sent all of several, and leaves before the first answer', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const arrived = new EventEmitter();
    const port = await listen((request, response) => {
      // Read to its end, so that nothing of the request is left that could tell of the connection.
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
    const all = await spans(3);
    expect(all.map(({ attributes }) => attributes['url.path']).sort()).toEqual(['/1', '/2', '/3']);
    for (const span of all) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'aborted' });
      expect(span.attributes['error.type']).toBe('ECONNRESET');
      expect(span.attributes).not.toHaveProperty('http.response.status_code');
    }
  });

  it('are told by their own answers where several come at once, however many, and none waits in vain', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
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
      // The last one first: all wait for the first.
      for (const each of waiting.toReversed()) each.writeHead(each === waiting[1] ? 500 : 204).end();
    });
    const socket = connect(port, '127.0.0.1').resume();
    socket.write(many.map(path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    const all = await spans(many.length);
    socket.destroy();
    await new Promise(resolve => setImmediate(resolve));
    process.off('warning', warn);
    const told = all.map(({ attributes }) => [
      attributes['url.path'],
      attributes['http.response.status_code'],
    ]);
    expect(told).toEqual(many.map(path => [path, path === '/1' ? 500 : 204]));
    expect(all.map(({ status }) => status.message)).toEqual(many.map(() => undefined));
    expect(listeners).toBeLessThan(10);
    expect(warnings).toEqual([]);
  });

  it.each([
    { when: 'after its head', status: 101, sendsHead: true },
    { when: 'before its head', status: undefined, sendsHead: false },
  ])('end where the application takes the connection over $when', async ({ status, sendsHead }) => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    let active: string | undefined;
    const port = await listen((request, response) => {
      const { socket } = request;
      response.statusCode = status ?? 500;
      if (sendsHead) response.flushHeaders();
      response.detachSocket(socket);
      active = traceId();
      socket.end('by hand');
    });
    const answer = await send(port, HEAD);
    const [span] = await spans(1);
    expect(answer).toMatch(/by hand$/);
    expect(active).toBe(span?.spanContext().traceId);
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span?.attributes['http.response.status_code']).toBe(status);
    expect(span?.attributes).not.toHaveProperty('error.type');
  });

  it('have no port where the Host header has none that is a number', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const port = await listen((_request, response) => response.end());
    await send(port, 'GET / HTTP/1.1\nHost: shop:http');
    const [span] = await spans(1);
    expect(span?.attributes['server.address']).toBe('shop');
    expect(span?.attributes).not.toHaveProperty('server.port');
  });
});

describe('a request is told once', () => {
  it('where one server hands it to another', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const inner = createServer((_request, response) => response.end(traceId()));
    const port = await listen((request, response) => void inner.emit('request', request, response));
    const answer = await send(port, HEAD);
    await new Promise(resolve => setImmediate(resolve));
    const all = await spans(1);
    expect(all).toHaveLength(1);
    expect(answer).toContain(all[0]?.spanContext().traceId);
  });

  it("where OpenTelemetry's instrumentation is switched on later", async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    switchOn([new HttpInstrumentation()]);
    const port = await listen((_request, response) => response.end());
    await send(port, HEAD);
    await new Promise(resolve => setImmediate(resolve));
    const all = await spans(1);
    expect(all.map(span => span.instrumentationScope.name)).toEqual(['@opentelemetry/instrumentation-http']);
  });
});

describe('https', () => {
  it('is told like http, by its own scheme and port', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const socket = new Socket();
    const request = new IncomingMessage(socket);
    Object.assign(request, { method: 'GET', url: '/orders', headers: { host: 'shop.example' } });
    const response = new ServerResponse(request);
    const server = new HttpsServer({});
    let active: string | undefined;
    server.on('request', () => {
      active = traceId();
    });
    server.emit('request', request, response);
    response.emit('close');
    const [span] = await spans(1);
    expect(active).toBe(span?.spanContext().traceId);
    expect(span?.attributes).toMatchObject({
      'url.scheme': 'https',
      'server.port': 443,
      'url.path': '/orders',
    });
    socket.destroy();
  });
});

describe('what is not ours', () => {
  it('upgrades have no span, and their handler no context', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const server = createServer();
    let active: unknown = 'not asked';
    server.on('upgrade', (_request, socket) => {
      active = trace.getActiveSpan();
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const port = await listen((_request, response) => response.end(), server);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await new Promise(resolve => socket.resume().once('close', resolve));
    expect(active).toBeUndefined();
    await send(port, HEAD);
    expect(await spans(1)).toHaveLength(1);
  });

  it('what others emit as a request reaches its listeners', () => {
    const { switchOn } = startRecording();
    switchOn(['http']);
    const server = createServer();
    const seen: unknown[] = [];
    server.on('request', (request, response) => seen.push(request, response));
    const [request, response] = [{} as IncomingMessage, {} as ServerResponse];
    expect(server.emit('request', request, response)).toBe(true);
    expect(seen).toEqual([request, response]);
    expect(Reflect.ownKeys(request)).toEqual([]);
  });

  it('Server of http and https are as they were after disable(), also where another has wrapped them', async () => {
    const { switchOn, spans } = startRecording();
    const prototypes = [Server.prototype, HttpsServer.prototype];
    const own = prototypes.map(prototype => Object.hasOwn(prototype, 'emit'));
    const disable = switchOn(['http']);
    expect(prototypes.map(prototype => Object.hasOwn(prototype, 'emit'))).toEqual([true, true]);
    disable();
    expect(prototypes.map(prototype => Object.hasOwn(prototype, 'emit'))).toEqual(own);

    const off = switchOn(['http']);
    const theirs = switchOn([new HttpInstrumentation()]);
    off();
    const port = await listen((_request, response) => response.end());
    await send(port, HEAD);
    expect(await spans(1)).toHaveLength(1);
    theirs();
  });

  it('what the client of the same process sends is told by OpenTelemetry, in the same trace', async () => {
    const { switchOn, spans } = startRecording();
    switchOn(['http']);
    const port = await listen((_request, response) => response.end());
    await new Promise<void>((resolve, reject) => {
      get({ port, host: '127.0.0.1' }, response => response.resume().on('end', resolve)).on('error', reject);
    });
    const [server] = await spans(1);
    const [client] = await spans(1, SpanKind.CLIENT);
    expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(server?.instrumentationScope.name).toBe('@do/trace/node-http');
  });
});
