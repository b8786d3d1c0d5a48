import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import protobuf from 'protobufjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JsonTrace, type Trace, treeRows } from '../../../src/analysis/index.js';
import { type Receiver, ReceiverError, startReceiver } from '../../../src/receiver/index.js';
import { spanIdOf, TRACE_ID } from '../../support/flat-spans.js';
import { encodeRequest, protobufTypes, readFixture } from '../../support/otlp-requests.js';

const MAX_BODY = 20_000;
const official = readFixture('official-example-trace.json');
const statusType = protobuf
  .parse('syntax = "proto3"; message Status { int32 code = 1; string message = 2; }')
  .root.lookupType('Status');
const responseType = protobufTypes.lookupType('ExportTraceServiceResponse');

let receiver: Receiver;
let finished: Trace[];

beforeEach(async () => {
  finished = [];
  receiver = await startReceiver({
    port: 0,
    maxBodyBytes: MAX_BODY,
    onTrace: trace => {
      finished.push(trace);
      throw new Error('a listener that throws');
    },
  });
});
afterEach(() => receiver.close());

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request by node:http, which lets every header through. */
async function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Uint8Array = '',
): Promise<Reply> {
  const request = httpRequest(`${receiver.url}${path}`, { method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** Resolves when a connection is over; that it was reset is no failure, which `once` would take it for. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise(resolve => socket.on('close', resolve));
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };
const post = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE): Promise<Reply> =>
  send('POST', '/v1/traces', headers, body);
const parsed = ({ body }: Reply): unknown => JSON.parse(body.toString('utf8'));
const withSpans = (...spans: object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

describe('POST /v1/traces', () => {
  test('JSON is answered in JSON, with an empty success', async () => {
    const reply = await post(official, { 'content-type': 'application/json; charset=utf-8' });
    expect([reply.status, reply.headers['content-type'], parsed(reply)]).toEqual([
      200,
      'application/json',
      {},
    ]);
    expect(receiver.store.get(TRACE_ID)?.services).toEqual(['my.service']);
  });

  test('protobuf is answered in protobuf, with an empty success', async () => {
    const reply = await post(encodeRequest(JSON.parse(official) as object), PROTOBUF_TYPE);
    expect([reply.status, reply.headers['content-type'], reply.body.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
    expect(receiver.store.get(TRACE_ID)?.services).toEqual(['my.service']);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('%s is taken', async (name, compress) => {
    const reply = await post(compress(official), { ...JSON_TYPE, 'content-encoding': name });
    expect(reply.status).toBe(200);
    expect(receiver.store.stats().spans).toBe(1);
  });

  test('an empty request is a success', async () => {
    expect((await post('', PROTOBUF_TYPE)).status).toBe(200);
    expect((await post('{}')).status).toBe(200);
  });

  test('spans without valid ids are a partial success, in JSON and in protobuf', async () => {
    const body = withSpans({ traceId: TRACE_ID, spanId: spanIdOf(1) }, { traceId: TRACE_ID, spanId: '' });
    const json = parsed(await post(JSON.stringify(body)));
    expect(json).toMatchObject({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('ids') as string },
    });
    const { body: bytes } = await post(encodeRequest(body), PROTOBUF_TYPE);
    expect(responseType.toObject(responseType.decode(bytes), { longs: Number })).toMatchObject({
      partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringContaining('ids') as string },
    });
    expect(receiver.store.stats().spans).toBe(1);
  });

  test.each<[number, string, string | Uint8Array, Record<string, string>]>([
    [400, 'broken JSON', '{"resourceSpans":', JSON_TYPE],
    [400, 'JSON that is no object', '7', JSON_TYPE],
    [400, 'a list', '[]', JSON_TYPE],
    [400, 'an empty JSON body', '', JSON_TYPE],
    [400, 'JSON that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), JSON_TYPE],
    [400, 'JSON of another shape', '{"resourceSpans":{}}', JSON_TYPE],
    [400, 'broken protobuf', Uint8Array.of(0x0a, 0x7f, 1), PROTOBUF_TYPE],
    [400, 'what is not gzip', official, { ...JSON_TYPE, 'content-encoding': 'gzip' }],
    [
      400,
      'gzip that is cut off',
      gzipSync(official).subarray(0, 60),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
    ],
    [413, 'a large body', ' '.repeat(MAX_BODY + 1), JSON_TYPE],
    [413, 'a body far beyond the limit', ' '.repeat(MAX_BODY * 1.9), JSON_TYPE],
    [
      413,
      'a body that grows when it is decompressed',
      gzipSync(' '.repeat(MAX_BODY + 1)),
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
    ],
    [415, 'another media type', official, { 'content-type': 'text/plain' }],
    [415, 'no media type', official, {}],
    [415, 'another compression', official, { ...JSON_TYPE, 'content-encoding': 'br' }],
  ])('%i for %s, with a message, and the receiver stays up', async (status, _, body, headers) => {
    const reply = await post(body, headers);
    expect(reply.status).toBe(status);
    const message =
      reply.headers['content-type'] === 'application/json'
        ? parsed(reply)
        : statusType.toObject(statusType.decode(reply.body));
    expect(message).toMatchObject({ message: expect.stringMatching(/.+/) as string });
    expect(reply.headers['content-type']).toBe(
      headers === PROTOBUF_TYPE ? 'application/x-protobuf' : 'application/json',
    );
    expect((await post(official)).status).toBe(200);
  });

  test('exactly the limit is taken', async () => {
    const padded = official.padEnd(MAX_BODY);
    expect((await post(padded)).status).toBe(200);
    expect((await post(gzipSync(padded), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(200);
  });
});

test.each(['/v1/metrics', '/v1/logs'])('POST %s is taken with an empty success and forgotten', async path => {
  expect(parsed(await send('POST', path, JSON_TYPE, '{"resourceMetrics":[]}'))).toEqual({});
  const reply = await send('POST', path, PROTOBUF_TYPE, Uint8Array.of(1, 2, 3));
  expect([reply.status, reply.body.length]).toEqual([200, 0]);
  expect(receiver.store.stats().spans).toBe(0);
});

describe('the JSON API', () => {
  test('GET /api/traces lists what is in memory, with the numbers of the store', async () => {
    await post(official);
    expect(parsed(await send('GET', '/api/traces'))).toMatchObject({
      traces: [{ traceId: TRACE_ID, name: "I'm a server span", spanCount: 1, durationNs: 1e9 }],
      stats: { traces: 1, spans: 1 },
    });
  });

  test('GET /api/traces?limit limits, and refuses nonsense', async () => {
    await post(
      JSON.stringify(
        withSpans(
          { traceId: spanIdOf(1) + spanIdOf(1), spanId: spanIdOf(1) },
          { traceId: spanIdOf(2) + spanIdOf(2), spanId: spanIdOf(1) },
        ),
      ),
    );
    expect(parsed(await send('GET', '/api/traces?limit=1'))).toMatchObject({
      traces: [{ traceId: spanIdOf(2) + spanIdOf(2) }],
    });
    expect((await send('GET', '/api/traces?limit=-1')).status).toBe(400);
  });

  test('GET /api/traces/:id has the same rows as the printed tree, ids in any case', async () => {
    await post(official);
    const json = parsed(await send('GET', `/api/traces/${TRACE_ID.toUpperCase()}`)) as JsonTrace;
    const trace = receiver.store.get(TRACE_ID);
    expect(json.spans).toMatchObject(trace === undefined ? [] : treeRows(trace));
    expect(json.spans).toHaveLength(1);
  });

  test('HEAD is GET without a body', async () => {
    const reply = await send('HEAD', '/api/traces');
    expect([reply.status, reply.body.length]).toEqual([200, 0]);
  });

  test.each([
    '/',
    '/api',
    '/api/traces/',
    '/api/traces/unknown',
    '/v1/traces/v1/traces',
    '/%ZZ',
    '//',
    '/?%',
  ])('GET %s: 404 in JSON', async path => {
    const reply = await send('GET', path);
    expect(reply.status).toBe(404);
    expect(parsed(reply)).toMatchObject({ error: { status: 404 } });
  });

  test.each([
    ['GET', '/v1/traces', 'POST'],
    ['OPTIONS', '/v1/traces', 'POST'],
    ['POST', '/api/traces', 'GET, HEAD'],
    ['DELETE', `/api/traces/${TRACE_ID}`, 'GET, HEAD'],
  ])('%s %s: 405 with what is allowed', async (method, path, allow) => {
    const reply = await send(method, path);
    expect([reply.status, reply.headers.allow]).toEqual([405, allow]);
    expect(parsed(reply)).toEqual(expect.any(Object));
  });
});

describe('who may call', () => {
  test.each<[string, Record<string, string>]>([
    ['a name that points here (DNS rebinding)', { host: 'evil.example' }],
    ['the same with our port', { host: 'evil.example:4318' }],
    ['a name that looks like ours', { host: 'localhost.evil.example' }],
    ['an address that looks like ours', { host: '127.0.0.1.evil.example' }],
    ['0.0.0.0', { host: '0.0.0.0:4318' }],
    ['a user name before the host', { host: 'localhost@evil.example' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['an extension', { origin: 'chrome-extension://abcdef' }],
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('%s: 403 and no CORS header, on every path', async (_, headers) => {
    for (const reply of [
      await send('GET', '/api/traces', headers),
      await post(official, { ...JSON_TYPE, ...headers }),
    ]) {
      expect(reply.status).toBe(403);
      expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
    }
    expect(receiver.store.stats().spans).toBe(0);
  });

  test.each<[string, Record<string, string>]>([
    ['localhost', { host: 'localhost:4318' }],
    ['a name below localhost', { host: 'shop.localhost' }],
    ['IPv6 loopback', { host: '[::1]:4318' }],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
    ['a link that was followed', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
  ])('%s: let in, without a CORS header', async (_, headers) => {
    const reply = await send('GET', '/api/traces', headers);
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.headers).filter(name => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('clients that misbehave', () => {
  test('a body that breaks off is forgotten, and the receiver stays up', async () => {
    const socket = connect(receiver.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"res',
    );
    socket.destroy();
    expect((await post(official)).status).toBe(200);
  });

  test('what is not HTTP is refused, and the receiver stays up', async () => {
    const socket = connect(receiver.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.end('\u0016\u0003\u0001 this is TLS\r\n\r\n');
    await closed(socket);
    expect((await post(official)).status).toBe(200);
  });

  test('an endless body is cut off', async () => {
    const socket = connect(receiver.port, '127.0.0.1');
    const replies: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => replies.push(chunk));
    socket.on('error', () => {});
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n',
    );
    socket.write(' '.repeat(3 * MAX_BODY));
    await closed(socket);
    expect(Buffer.concat(replies).toString()).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n/is);
  });

  test('bodies in the making are bounded together: 503, to be tried again', async () => {
    const open = Array.from({ length: 4 }, () => {
      const request = httpRequest(`${receiver.url}/v1/traces`, {
        method: 'POST',
        headers: { ...JSON_TYPE, 'content-length': MAX_BODY },
      });
      request.on('error', () => {});
      request.write(' '.repeat(MAX_BODY - 1));
      return request;
    });
    let reply = await post(official);
    while (reply.status === 200) reply = await post(official);
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
    for (const request of open) request.destroy();
    while (reply.status === 503) reply = await post(official);
    expect(reply.status).toBe(200);
  });
});

test('OpenTelemetry’s own exporter is understood', async () => {
  const exporter = new OTLPTraceExporter({ url: `${receiver.url}/v1/traces` });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'real' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const span = provider.getTracer('test').startSpan('real work', { attributes: { n: 1, tags: ['a', 'b'] } });
  span.recordException(new TypeError('broken'));
  span.setStatus({ code: 2, message: 'broken' });
  span.end();
  await provider.forceFlush();
  await provider.shutdown();
  const trace = receiver.store.get(span.spanContext().traceId);
  expect(trace?.spans).toMatchObject([
    {
      spanId: span.spanContext().spanId,
      name: 'real work',
      service: 'real',
      attributes: { n: 1, tags: ['a', 'b'] },
    },
  ]);
  expect(trace === undefined ? [] : treeRows(trace)).toMatchObject([
    { error: { type: 'TypeError', message: 'broken', began: true } },
  ]);
});

describe('starting and closing', () => {
  test('a port in use is an error that names the port and the fix', async () => {
    const error = await startReceiver({ port: receiver.port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ReceiverError);
    expect(error).toMatchObject({ code: 'port_in_use', port: receiver.port });
    expect((error as Error).message).toContain(String(receiver.port));
    expect((error as Error).message).toContain('--port');
  });

  test('an address of another machine is an error that names it', async () => {
    const error = await startReceiver({ port: 0, host: '192.0.2.1' }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'host_unavailable',
      message: expect.stringContaining('192.0.2.1') as string,
    });
  });

  test('close tells what is waiting, frees the port, and may be called twice', async () => {
    await post(official);
    const idle = connect(receiver.port, '127.0.0.1');
    idle.on('error', () => {});
    await once(idle, 'connect');
    await receiver.close();
    await receiver.close();
    expect(finished.map(({ traceId }) => traceId)).toEqual([TRACE_ID]);
    const next = await startReceiver({ port: receiver.port });
    await next.close();
  });
});
