import { createServer, get, type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { connect } from 'node:net';
import { SpanKind, trace } from '@opentelemetry/api';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { describe, expect, it } from 'vitest';
import { createExchange, listen, sendRequest, startRecording } from '../../../support/server-recording.js';

const HEAD = 'GET / HTTP/1.1\nHost: a';
const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

describe('a request has one span', () => {
  it('if one server passes it to another', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const inner = createServer((_request, response) => response.end(activeTraceId()));
    const port = await listen((request, response) => void inner.emit('request', request, response));
    const response = await sendRequest(port, HEAD);
    await new Promise(resolve => setImmediate(resolve));
    const all = await waitForSpans(1);
    expect(all).toHaveLength(1);
    expect(response).toContain(all[0]?.spanContext().traceId);
  });

  it("if OpenTelemetry's instrumentation is enabled later", async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    enable([new HttpInstrumentation()]);
    const port = await listen((_request, response) => response.end());
    await sendRequest(port, HEAD);
    await new Promise(resolve => setImmediate(resolve));
    const all = await waitForSpans(1);
    expect(all.map(span => span.instrumentationScope.name)).toEqual(['@opentelemetry/instrumentation-http']);
  });
});

describe('https', () => {
  it('is traced like http, with its scheme and port', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const [request, response] = createExchange();
    const server = new HttpsServer({});
    let active: string | undefined;
    server.on('request', () => {
      active = activeTraceId();
    });
    server.emit('request', request, response);
    response.emit('close');
    const [span] = await waitForSpans(1);
    expect(active).toBe(span?.spanContext().traceId);
    expect(span?.attributes).toMatchObject({
      'url.scheme': 'https',
      'server.port': 443,
      'url.path': '/orders',
    });
  });
});

describe('traceServers does not affect', () => {
  it('upgrades, which have no span and no context', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const server = createServer();
    let active: unknown = 'not called';
    server.on('upgrade', (_request, socket) => {
      active = trace.getActiveSpan();
      socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const port = await listen((_request, response) => response.end(), server);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await new Promise(resolve => socket.resume().once('close', resolve));
    expect(active).toBeUndefined();
    await sendRequest(port, HEAD);
    expect(await waitForSpans(1)).toHaveLength(1);
  });

  it('emitted values that are not requests', () => {
    const { enable } = startRecording();
    enable({ fetch: false });
    const server = createServer();
    const received: unknown[] = [];
    server.on('request', (request, response) => received.push(request, response));
    const [request, response] = [{} as IncomingMessage, {} as ServerResponse];
    expect(server.emit('request', request, response)).toBe(true);
    expect(received).toEqual([request, response]);
    expect(Reflect.ownKeys(request)).toEqual([]);
  });

  it('the prototypes of servers after disable(), even if another package has wrapped them', async () => {
    const { enable, waitForSpans } = startRecording();
    const prototypes = [Server.prototype, HttpsServer.prototype];
    const before = prototypes.map(prototype => Object.hasOwn(prototype, 'emit'));
    const disable = enable({ fetch: false });
    expect(prototypes.map(prototype => Object.hasOwn(prototype, 'emit'))).toEqual([true, true]);
    disable();
    expect(prototypes.map(prototype => Object.hasOwn(prototype, 'emit'))).toEqual(before);

    const disableOurs = enable({ fetch: false });
    const disableTheirs = enable([new HttpInstrumentation()]);
    disableOurs();
    const port = await listen((_request, response) => response.end());
    await sendRequest(port, HEAD);
    expect(await waitForSpans(1)).toHaveLength(1);
    disableTheirs();
  });

  it('requests of clients, whose spans are those of OpenTelemetry in the same trace', async () => {
    const { enable, waitForSpans } = startRecording();
    enable({ fetch: false });
    const port = await listen((_request, response) => response.end());
    await new Promise<void>((resolve, reject) => {
      get({ port, host: '127.0.0.1' }, response => response.resume().on('end', resolve)).on('error', reject);
    });
    const [server] = await waitForSpans(1);
    const [client] = await waitForSpans(1, SpanKind.CLIENT);
    expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(server?.instrumentationScope.name).toBe('@do/trace/node-http');
  });
});
