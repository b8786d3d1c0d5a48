import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createHttpTransport,
  type HttpTransportOptions,
} from '../../../../src/delivery/http/http-transport.js';
import type { Transport, TransportResult } from '../../../../src/delivery/transport.js';
import {
  BackendServers,
  Cleanups,
  createCertificate,
  type FakeResponse,
  type Pem,
  portOf,
  type ReceivedRequest,
} from '../../../support/backend-servers.js';

const BODY = Buffer.from('the bytes of a request, again and again. '.repeat(100));
const forAll = new Cleanups();
const cleanups = new Cleanups();
const servers = new BackendServers(cleanups);

afterAll(() => forAll.run());
afterEach(() => cleanups.run());

/** Starts an HTTP server that records its requests. */
async function serve(
  respond: (request: ReceivedRequest) => FakeResponse = () => ({}),
): Promise<{ base: string; received: ReceivedRequest[] }> {
  const received: ReceivedRequest[] = [];
  const base = await servers.http(request => {
    received.push(request);
    return respond(request);
  });
  return { base, received };
}

/** Starts a TCP server that calls a function at the first bytes of a connection. */
const serveTcp = (onData: (socket: Socket) => void): Promise<string> =>
  servers.tcp(socket => socket.once('data', () => onData(socket)));

function open(base: string, options: Partial<HttpTransportOptions> = {}): Transport {
  const transport = createHttpTransport({
    endpoint: new URL('/v1/traces?token=x', base),
    headers: { 'x-key': 'secret' },
    compression: 'gzip',
    env: {},
    ...options,
  });
  cleanups.add(() => transport.close());
  return transport;
}

const send = (
  transport: Transport,
  signal: AbortSignal = new AbortController().signal,
): Promise<TransportResult> => transport.send({ body: BODY, signal });

describe('a request', () => {
  it('has the headers that a function returns for it', async () => {
    const { base, received } = await serve();
    let calls = 0;
    const transport = open(base, { headers: async () => ({ authorization: `token ${++calls}` }) });
    await send(transport);
    await send(transport);
    expect(received.map(({ headers }) => headers['authorization'])).toEqual(['token 1', 'token 2']);
  });

  it('is not sent if the function of its headers fails', async () => {
    const { base, received } = await serve();
    const transport = open(base, { headers: () => Promise.reject(new Error('no token')) });
    expect(await send(transport)).toMatchObject({ kind: 'failure', code: 'HEADERS', isRequestSent: false });
    expect(received).toEqual([]);
  });

  it('is gzipped protobuf with the headers, and its result contains the response', async () => {
    const { base, received } = await serve(() => ({
      status: 503,
      headers: { 'Retry-After': '7', 'Content-Type': 'text/plain' },
      body: 'busy',
    }));
    const result = await send(open(base));
    expect(result).toMatchObject({
      kind: 'response',
      status: 503,
      retryAfter: '7',
      contentType: 'text/plain',
    });
    expect(result.kind === 'response' && Buffer.from(result.body).toString()).toBe('busy');
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/traces?token=x' });
    expect(request?.headers).toMatchObject({
      'x-key': 'secret',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
    expect(gunzipSync(request?.body ?? '').equals(BODY)).toBe(true);
    expect(result.wireBytes).toBe(request?.body.length);
  });

  it('has the bytes of the batch without compression', async () => {
    const { base, received } = await serve();
    await send(open(base, { compression: 'none' }));
    expect(received[0]?.headers['content-encoding']).toBeUndefined();
    expect(received[0]?.body.equals(BODY)).toBe(true);
  });

  it('is JSON with the protocol http/json, and has its content type', async () => {
    const { base, received } = await serve();
    const transport = open(base, { protocol: 'http/json' });
    const body = Uint8Array.of(0x0a, 0x02, 0x12, 0x00);
    const result = await transport.send({ body, signal: new AbortController().signal });
    expect(received[0]?.headers['content-type']).toBe('application/json');
    expect(gunzipSync(received[0]?.body ?? '').toString()).toBe('{"resourceSpans":[{"scopeSpans":[{}]}]}');
    expect(result.wireBytes).toBe(received[0]?.body.length);
  });

  it('is not sent if the bytes cannot be converted to JSON', async () => {
    const { base, received } = await serve();
    const result = await send(open(base, { protocol: 'http/json' }));
    expect(result).toMatchObject({ kind: 'encoding_failure', wireBytes: 0 });
    expect(received).toEqual([]);
  });

  it('uses the connection of the request before it', async () => {
    const { base, received } = await serve();
    const transport = open(base);
    for (let i = 0; i < 3; i++) await send(transport);
    expect(new Set(received.map(({ port }) => port)).size).toBe(1);
  });

  it('does not follow a redirect', async () => {
    const { base, received } = await serve(() => ({
      status: 307,
      headers: { Location: 'http://127.0.0.1:1/v1/traces' },
    }));
    expect(await send(open(base))).toMatchObject({ status: 307, location: 'http://127.0.0.1:1/v1/traces' });
    expect(received).toHaveLength(1);
  });

  it('is sent with tracing suppressed, so that it creates no spans', async () => {
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    cleanups.add(() => context.disable());
    const suppressed: boolean[] = [];
    const { signal } = new AbortController();
    const addEventListener = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      suppressed.push(isTracingSuppressed(context.active()));
      addEventListener(...args);
    };
    const { base } = await serve();
    await send(open(base), signal);
    expect(suppressed).toContain(true);
    expect(suppressed).not.toContain(false);
  });
});

describe('without a response', () => {
  it('a refused connection is a failure of a request that was not sent', async () => {
    const result = await send(open(await servers.closedPort()));
    expect(result).toMatchObject({ kind: 'failure', code: 'ECONNREFUSED', isRequestSent: false });
  });

  it('a connection that breaks after the request is a failure of a request that was sent', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.socket?.destroy());
    });
    const result = await send(open(`http://127.0.0.1:${await servers.listen(server)}`));
    expect(result).toMatchObject({ kind: 'failure', code: 'ECONNRESET', isRequestSent: true });
  });

  it('an aborted request fails at once', async () => {
    const abort = new AbortController();
    const base = await serveTcp(() => abort.abort());
    expect(await send(open(base), abort.signal)).toMatchObject({
      kind: 'failure',
      code: 'TIMEOUT',
      isRequestSent: true,
    });
  });

  it('a request that is aborted during the status line fails', async () => {
    const abort = new AbortController();
    const base = await serveTcp(socket => {
      socket.write('HTTP/1.1 2');
      abort.abort();
    });
    expect(await send(open(base), abort.signal)).toMatchObject({
      kind: 'failure',
      code: 'TIMEOUT',
      isRequestSent: true,
    });
  });

  it('a request with an aborted signal fails and is not sent', async () => {
    const { base, received } = await serve();
    expect(await send(open(base), AbortSignal.abort())).toMatchObject({ kind: 'failure', code: 'TIMEOUT' });
    expect(received).toEqual([]);
  });

  it('a server that does not use HTTP is a failure with the code of the parser', async () => {
    const base = await serveTcp(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const result = await send(open(base));
    expect(result).toMatchObject({ kind: 'failure' });
    expect(result.kind === 'failure' && result.code).toMatch(/^HPE_/);
  });
});

describe('the body of a response', () => {
  it('may be cut off: the status counts', async () => {
    const base = await serveTcp(socket => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
    });
    expect(await send(open(base))).toMatchObject({ kind: 'response', status: 200 });
  });

  it('that never ends is not waited for after 64 KiB', async () => {
    const base = await serveTcp(socket => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.write(Buffer.alloc(70 * 1024));
    });
    expect(await send(open(base))).toMatchObject({ kind: 'response', status: 200 });
  });

  it('is read up to 64 KiB', async () => {
    const { base } = await serve(() => ({ body: Buffer.alloc(10 * 1024 * 1024) }));
    const result = await send(open(base));
    expect(result).toMatchObject({ kind: 'response', status: 200 });
    expect(result.kind === 'response' && result.body.length).toBeLessThanOrEqual(64 * 1024);
  });
});

it('a connection keeps the process alive between hold(true) and hold(false) only', async () => {
  const countActive = (): number =>
    process.getActiveResourcesInfo().filter(type => type === 'TCPSocketWrap').length;
  const abort = new AbortController();
  let onRequest: () => void = () => undefined;
  const arrived = new Promise<void>(resolve => (onRequest = resolve));
  const base = await servers.tcp(socket => void socket.unref().once('data', onRequest));
  const transport = open(base);
  const result = send(transport, abort.signal);
  await arrived;
  const released = countActive();
  transport.hold(true);
  expect(countActive()).toBe(released + 1);
  transport.hold(false);
  expect(countActive()).toBe(released);
  abort.abort();
  expect(await result).toMatchObject({ kind: 'failure', code: 'TIMEOUT' });
});

describe('in a process that was busy', () => {
  it('a connection that is open when the flush ends is kept', async () => {
    const { base, received } = await serve();
    const transport = open(base, { compression: 'none' });
    transport.hold(true);
    const result = send(transport);
    // The system opens the connection in this turn, and the process has not polled yet.
    await new Promise(resolve => process.nextTick(resolve));
    transport.hold(false);
    expect(await result).toMatchObject({ kind: 'response', status: 200 });
    expect(received).toHaveLength(1);
  });

  it.each(['connection', 'response'])(
    'a %s that was in time counts, although timers run first',
    async event => {
      const abort = new AbortController();
      const { base, received } = await serve();
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      cleanups.add(() => void vi.useRealTimers());
      const result = send(open(base, { compression: 'none' }), abort.signal);
      if (event === 'connection') {
        // The system opens the connection in this turn, and the process has not polled yet.
        await new Promise(resolve => process.nextTick(resolve));
        vi.advanceTimersByTime(60_000);
      } else {
        // In the turn of the response: it was written to the socket and has not been read.
        while (received.length === 0) await new Promise(resolve => setImmediate(resolve));
        abort.abort();
      }
      expect(await result).toMatchObject({ kind: 'response', status: 200 });
    },
  );
});

describe('over TLS', () => {
  let localhost: Pem;
  beforeAll(() => {
    localhost = createCertificate(forAll, 'localhost', 'DNS:localhost,IP:127.0.0.1');
  });

  it('the given certificate authority is trusted', async () => {
    const base = await servers.https(localhost);
    expect(await send(open(base, { tls: { ca: localhost.cert } }))).toMatchObject({ status: 200 });
  });

  it('a certificate that is not trusted is a failure, and no request arrives', async () => {
    let requests = 0;
    const base = await servers.https(localhost, () => {
      requests++;
      return {};
    });
    expect(await send(open(base))).toMatchObject({
      kind: 'failure',
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      isRequestSent: false,
    });
    expect(requests).toBe(0);
  });

  it('all requests go through one tunnel of HTTPS_PROXY', async () => {
    const base = await servers.https(localhost);
    const { url, tunnels } = await servers.tunnelProxy(portOf(base));
    const transport = open(base, {
      endpoint: new URL('https://localhost/v1/traces'),
      tls: { ca: localhost.cert },
      env: { https_proxy: url.replace('http://', '') },
    });
    expect(await send(transport)).toMatchObject({ status: 200 });
    expect(await send(transport)).toMatchObject({ status: 200 });
    expect(tunnels).toEqual(['localhost:443']);
  });

  it('a proxy that opens no tunnel is a failure', async () => {
    const proxy = await servers.proxy((_, client) => {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const transport = open('https://collector.test', { env: { HTTPS_PROXY: proxy } });
    expect(await send(transport)).toMatchObject({ kind: 'failure', code: 'PROXY', isRequestSent: false });
  });

  it.each(['hold', 'close'] as const)('%s() gives up a proxy that never responds', async verb => {
    let onConnect: (client: Socket) => void = () => undefined;
    const connected = new Promise<Socket>(resolve => (onConnect = resolve));
    const proxy = await servers.proxy((_, client) => onConnect(client));
    const transport = open('https://collector.test', { env: { HTTPS_PROXY: proxy } });
    const result = send(transport);
    const client = await connected;
    const ended = new Promise(resolve => client.resume().once('end', resolve));
    if (verb === 'hold') transport.hold(false);
    else transport.close();
    // The backend did not cause this failure, so it has its own code.
    expect(await result).toMatchObject({ kind: 'failure', code: 'ABANDONED', isRequestSent: false });
    await ended;
  });
});
