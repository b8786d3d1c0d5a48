import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttpTransport, type HttpTransportOptions } from '../../../../src/delivery/http/http-transport.js';
import type { TransportResult, Transport } from '../../../../src/delivery/transport.js';
import { freePort } from '../../../support/free-port.mjs';

const body = Buffer.from('the bytes of a request, again and again. '.repeat(100));
const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function listen<S extends Server | TcpServer>(server: S): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly port: number | undefined;
}

async function serve(
  answer: (response: ServerResponse, seen: Seen) => void = response => void response.end(),
): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks),
        port: request.socket.remotePort,
      };
      seen.push(one);
      answer(response, one);
    });
  });
  return { port: await listen(server), seen };
}

/** A server that says `bytes` as soon as it is spoken to. */
async function serveRaw(onData: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer(socket => socket.once('data', () => onData(socket))));
}

function open(port: number, options: Partial<HttpTransportOptions> = {}): Transport {
  const transport = createHttpTransport({
    endpoint: new URL(`http://127.0.0.1:${port}/v1/traces?token=x`),
    headers: { 'x-key': 'secret' },
    compression: 'gzip',
    env: {},
    ...options,
  });
  cleanups.push(() => transport.close());
  return transport;
}

const post = (transport: Transport, signal: AbortSignal = new AbortController().signal): Promise<TransportResult> =>
  transport.send({ body, signal });

describe('the HTTP transport', () => {
  it('posts gzipped protobuf with the headers, and hands over the answer', async () => {
    const { port, seen } = await serve(response => {
      response.writeHead(503, { 'Retry-After': '7', 'Content-Type': 'text/plain' });
      response.end('busy');
    });
    const outcome = await post(open(port));
    expect(outcome).toMatchObject({
      kind: 'response',
      status: 503,
      retryAfter: '7',
      contentType: 'text/plain',
    });
    expect(outcome.kind === 'response' && Buffer.from(outcome.body).toString()).toBe('busy');
    const [request] = seen;
    expect(request).toMatchObject({ method: 'POST', url: '/v1/traces?token=x' });
    expect(request?.headers).toMatchObject({
      'x-key': 'secret',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    expect(gunzipSync(request?.body ?? '').equals(body)).toBe(true);
    expect(outcome.wireBytes).toBe(request?.body.length);
  });

  it('posts the bytes as they are without compression', async () => {
    const { port, seen } = await serve();
    await post(open(port, { compression: 'none' }));
    expect(seen[0]?.headers['content-encoding']).toBeUndefined();
    expect(seen[0]?.body.equals(body)).toBe(true);
  });

  it('posts JSON where that is wanted, and says so', async () => {
    const { port, seen } = await serve();
    const transport = open(port, { protocol: 'http/json' });
    const request = Uint8Array.of(0x0a, 0x02, 0x12, 0x00);
    const outcome = await transport.send({ body: request, signal: new AbortController().signal });
    expect(seen[0]?.headers['content-type']).toBe('application/json');
    expect(gunzipSync(seen[0]?.body ?? '').toString()).toBe('{"resourceSpans":[{"scopeSpans":[{}]}]}');
    expect(outcome.wireBytes).toBe(seen[0]?.body.length);
  });

  it('sends nothing where the bytes cannot be made into JSON', async () => {
    const { port, seen } = await serve();
    const outcome = await post(open(port, { protocol: 'http/json' }));
    expect(outcome).toMatchObject({ kind: 'encoding_failure', wireBytes: 0 });
    expect(seen).toEqual([]);
  });

  it('keeps its connection from request to request', async () => {
    const { port, seen } = await serve();
    const transport = open(port);
    for (let i = 0; i < 3; i++) await post(transport);
    expect(new Set(seen.map(one => one.port)).size).toBe(1);
  });

  it('reports a refused connection as not delivered', async () => {
    const outcome = await post(open(await freePort()));
    expect(outcome).toMatchObject({ kind: 'failure', code: 'ECONNREFUSED', isRequestSent: false });
  });

  it('reports a connection that breaks after the request as maybe delivered', async () => {
    const { port } = await serve(response => response.socket?.destroy());
    expect(await post(open(port))).toMatchObject({ kind: 'failure', code: 'ECONNRESET', isRequestSent: true });
  });

  it('settles at once when aborted while the server says nothing', async () => {
    const abort = new AbortController();
    const port = await serveRaw(() => abort.abort());
    expect(await post(open(port), abort.signal)).toMatchObject({
      kind: 'failure',
      code: 'TIMEOUT',
      isRequestSent: true,
    });
  });

  it('settles when aborted while the status line drips in', async () => {
    const abort = new AbortController();
    const port = await serveRaw(socket => {
      socket.write('HTTP/1.1 2');
      abort.abort();
    });
    expect(await post(open(port), abort.signal)).toMatchObject({
      kind: 'failure',
      code: 'TIMEOUT',
      isRequestSent: true,
    });
  });

  it('keeps a connection that is there when the wait for it ends, also in a process that was busy', async () => {
    const { port, seen } = await serve();
    const transport = open(port, { compression: 'none' });
    transport.hold(true);
    const outcome = post(transport);
    // The connection is made by the system in this turn; the process has not looked yet.
    await new Promise(resolve => process.nextTick(resolve));
    transport.hold(false);
    expect(await outcome).toMatchObject({ kind: 'response', status: 200 });
    expect(seen).toHaveLength(1);
  });

  it.each(['the connection', 'the answer'])(
    'takes %s that was there in time, when a busy process comes to its timers first',
    async what => {
      const abort = new AbortController();
      const { port, seen } = await serve();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      cleanups.push(() => void vi.useRealTimers());
      const outcome = post(open(port, { compression: 'none' }), abort.signal);
      if (what === 'the connection') {
        // The connection is made by the system in this turn; the process has not looked yet.
        await new Promise(resolve => process.nextTick(resolve));
        vi.advanceTimersByTime(60_000);
      } else {
        // In the turn of the answer: it is on its way to the socket, which has not been read.
        while (seen.length === 0) await new Promise(resolve => setImmediate(resolve));
        abort.abort();
      }
      expect(await outcome).toMatchObject({ kind: 'response', status: 200 });
    },
  );

  it('takes the status for the answer when the body drips in or breaks off', async () => {
    const port = await serveRaw(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      socket.end();
    });
    expect(await post(open(port))).toMatchObject({ kind: 'response', status: 200 });
  });

  it('reads no more than 64 KiB of an answer', async () => {
    const { port } = await serve(response => void response.end(Buffer.alloc(10 * 1024 * 1024)));
    const outcome = await post(open(port));
    expect(outcome).toMatchObject({ kind: 'response', status: 200 });
    expect(outcome.kind === 'response' && outcome.body.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('reports what does not speak HTTP', async () => {
    const port = await serveRaw(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const outcome = await post(open(port));
    expect(outcome).toMatchObject({ kind: 'failure' });
    expect(outcome.kind === 'failure' && outcome.code).toMatch(/^HPE_/);
  });

  it('is not followed when it redirects', async () => {
    const { port, seen } = await serve(response => {
      response.writeHead(307, { Location: 'http://127.0.0.1:1/v1/traces' });
      response.end();
    });
    expect(await post(open(port))).toMatchObject({ status: 307, location: 'http://127.0.0.1:1/v1/traces' });
    expect(seen).toHaveLength(1);
  });

  it('runs with tracing suppressed, so that it makes no spans of its own', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    cleanups.push(() => context.disable());
    const seen: boolean[] = [];
    const signal = new AbortController().signal;
    const listenTo = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof listenTo>) => {
      seen.push(isTracingSuppressed(context.active()));
      listenTo(...args);
    };
    const { port } = await serve();
    await post(open(port), signal);
    expect(seen).toContain(true);
    expect(seen).not.toContain(false);
  });

  it('sends plain requests through HTTP_PROXY with the whole URL, and user and password', async () => {
    const { port, seen } = await serve();
    const transport = open(1, {
      endpoint: new URL('http://collector.test:4318/v1/traces'),
      env: { HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${port}` },
    });
    expect(await post(transport)).toMatchObject({ status: 200 });
    expect(seen[0]?.url).toBe('http://collector.test:4318/v1/traces');
    expect(seen[0]?.headers.host).toBe('collector.test:4318');
    expect(seen[0]?.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    );
  });
});

describe('over TLS', () => {
  let pem: { key: string; cert: string };

  beforeAll(() => {
    const directory = mkdtempSync(join(tmpdir(), 'trace-tls-'));
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost,IP:127.0.0.1',
        '-keyout',
        join(directory, 'key.pem'),
        '-out',
        join(directory, 'cert.pem'),
      ],
      { stdio: 'ignore' },
    );
    pem = {
      key: readFileSync(join(directory, 'key.pem'), 'utf8'),
      cert: readFileSync(join(directory, 'cert.pem'), 'utf8'),
    };
    rmSync(directory, { recursive: true });
  });

  async function serveTls(): Promise<{ port: number; requests: () => number }> {
    let requests = 0;
    const server = createTlsServer(pem, (request, response) => {
      request.resume();
      request.on('end', () => {
        requests++;
        response.end();
      });
    });
    return { port: await listen(server), requests: () => requests };
  }

  it('trusts the given authority', async () => {
    const { port } = await serveTls();
    const endpoint = new URL(`https://127.0.0.1:${port}/v1/traces`);
    expect(await post(open(port, { endpoint, tls: { ca: pem.cert } }))).toMatchObject({ status: 200 });
  });

  it('reports a certificate that is not trusted by its code', async () => {
    const { port, requests } = await serveTls();
    const endpoint = new URL(`https://127.0.0.1:${port}/v1/traces`);
    expect(await post(open(port, { endpoint }))).toMatchObject({
      kind: 'failure',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      isRequestSent: false,
    });
    expect(requests()).toBe(0);
  });

  it('goes through the tunnel of HTTPS_PROXY, once for all requests', async () => {
    const { port } = await serveTls();
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client: Socket) => {
      tunnels.push(request.url);
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(client).pipe(upstream);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    const proxyPort = await listen(proxy);
    const transport = open(port, {
      endpoint: new URL('https://localhost/v1/traces'),
      tls: { ca: pem.cert },
      env: { https_proxy: `127.0.0.1:${proxyPort}` },
    });
    expect(await post(transport)).toMatchObject({ status: 200 });
    expect(await post(transport)).toMatchObject({ status: 200 });
    expect(tunnels).toEqual(['localhost:443']);
  });

  it('reports a proxy that opens no tunnel', async () => {
    const proxy = createServer();
    proxy.on(
      'connect',
      (_request, client: Socket) => void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    const proxyPort = await listen(proxy);
    const transport = open(1, {
      endpoint: new URL('https://collector.test/v1/traces'),
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` },
    });
    expect(await post(transport)).toMatchObject({ kind: 'failure', code: 'PROXY', isRequestSent: false });
  });

  it.each(['hold', 'close'] as const)('lets go of a proxy that never answers: %s', async verb => {
    const proxy = createServer();
    const asked = new Promise<Socket>(resolve =>
      proxy.on('connect', (_request, client: Socket) => resolve(client)),
    );
    const proxyPort = await listen(proxy);
    const transport = open(1, {
      endpoint: new URL('https://collector.test/v1/traces'),
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` },
    });
    const outcome = post(transport);
    const client = await asked;
    const gone = new Promise(resolve => client.resume().once('end', resolve));
    if (verb === 'hold') transport.hold(false);
    else transport.close();
    // A code of its own: the backend has no part in it.
    expect(await outcome).toMatchObject({ kind: 'failure', code: 'ABANDONED', isRequestSent: false });
    await gone;
  });
});
