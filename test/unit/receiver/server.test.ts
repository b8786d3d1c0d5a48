import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import protobuf from 'protobufjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Trace, treeRows } from '../../../src/analysis/index.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { TRACE_ID } from '../../support/flat-spans.js';
import { readFixture } from '../../support/otlp-requests.js';
import {
  JSON_TYPE,
  parseBody,
  PROTOBUF_TYPE,
  sendRequest,
  useReceiver,
} from '../../support/receiver-harness.js';

const MAX_BODY = 20_000;
const official = readFixture('official-example-trace.json');
const statusType = protobuf
  .parse('syntax = "proto3"; message Status { int32 code = 1; string message = 2; }')
  .root.lookupType('Status');
let finished: Trace[] = [];
const harness = useReceiver(() => ({
  maxBodyBytes: MAX_BODY,
  onTrace: trace => {
    finished.push(trace);
    throw new Error('the callback failed');
  },
}));

beforeEach(() => {
  finished = [];
});

describe('errors', () => {
  test.each<[number, string, string | Uint8Array, Record<string, string>]>([
    [400, 'broken JSON', '{"resourceSpans":', JSON_TYPE],
    [400, 'JSON that is not an object', '7', JSON_TYPE],
    [400, 'a list', '[]', JSON_TYPE],
    [400, 'an empty JSON body', '', JSON_TYPE],
    [400, 'JSON that is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), JSON_TYPE],
    [400, 'JSON of another shape', '{"resourceSpans":{}}', JSON_TYPE],
    [400, 'broken protobuf', Uint8Array.of(0x0a, 0x7f, 1), PROTOBUF_TYPE],
    [400, 'a body that is not gzip', official, { ...JSON_TYPE, 'content-encoding': 'gzip' }],
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
  ])(
    '%i for %s, with a message in the encoding of the request, and the receiver keeps running',
    async (status, _, body, headers) => {
      const response = await harness.postTraces(body, headers);
      expect(response.status).toBe(status);
      const message =
        response.headers['content-type'] === 'application/json'
          ? parseBody(response)
          : statusType.toObject(statusType.decode(response.body));
      expect(message).toMatchObject({ message: expect.stringMatching(/.+/) as string });
      expect(response.headers['content-type']).toBe(
        headers === PROTOBUF_TYPE ? 'application/x-protobuf' : 'application/json',
      );
      expect((await harness.postTraces(official)).status).toBe(200);
    },
  );
});

test('spans of OpenTelemetry’s own exporter are received', async () => {
  const exporter = new OTLPTraceExporter({ url: `${harness.receiver.url}/v1/traces` });
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
  const trace = harness.receiver.store.get(span.spanContext().traceId);
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

describe('closing', () => {
  test('close passes on the waiting traces, frees the port, and may be called twice', async () => {
    await harness.postTraces(official);
    const idle = connect(harness.receiver.port, '127.0.0.1');
    idle.on('error', () => {});
    await once(idle, 'connect');
    await harness.receiver.close();
    await harness.receiver.close();
    expect(finished.map(({ traceId }) => traceId)).toEqual([TRACE_ID]);
    const next = await startReceiver({ port: harness.receiver.port });
    await next.close();
  });
});

describe('an error that is not an HttpError', () => {
  test('is status 500 without its text, and is reported', async () => {
    const rejected: [number, string][] = [];
    const broken = await startReceiver({
      port: 0,
      clock: {
        monotonicMs() {
          throw new Error('secret detail');
        },
      },
      onRejected: (status, message) => {
        rejected.push([status, message]);
        throw new Error('the callback failed');
      },
    });
    const response = await sendRequest(broken, 'POST', '/v1/traces', JSON_TYPE, official);
    await broken.close();
    expect(response.status).toBe(500);
    expect(response.body.toString()).not.toContain('secret detail');
    expect(rejected).toEqual([[500, 'The receiver failed to process this request.']]);
  });
});

test('a request whose client has gone is not reported', async () => {
  const rejected: number[] = [];
  const receiver = await startReceiver({ port: 0, onRejected: status => rejected.push(status) });
  const socket = connect(receiver.port, '127.0.0.1');
  const headers = [
    'Host: localhost',
    'Content-Type: application/json',
    'Content-Length: 9',
    'Expect: 100-continue',
  ];
  socket.write(`POST /v1/traces HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  // "100 Continue": the receiver reads the body now.
  await once(socket, 'data');
  socket.destroy();
  // The receiver sees the closed connection before a later request.
  expect((await sendRequest(receiver, 'GET', '/api/v1/traces')).status).toBe(200);
  await receiver.close();
  expect(rejected).toEqual([]);
});

test('a response is not cached and has no sniffed type', async () => {
  const { headers } = await harness.send('GET', '/api/v1/traces');
  expect([headers['cache-control'], headers['x-content-type-options']]).toEqual(['no-store', 'nosniff']);
});

test('an address of IPv6 is in brackets in the URL', async () => {
  const receiver = await startReceiver({ port: 0, host: '::1' });
  expect(receiver.url).toBe(`http://[::1]:${receiver.port}`);
  expect((await sendRequest(receiver, 'GET', '/api/v1/traces')).status).toBe(200);
  await receiver.close();
});
