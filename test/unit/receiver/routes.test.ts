import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type JsonTrace, treeRows } from '../../../src/analysis/index.js';
import { startReceiver } from '../../../src/receiver/index.js';
import { isExportUrl } from '../../../src/receiver/routes.js';
import { spanIdOf, TRACE_ID } from '../../support/flat-spans.js';
import { encodeRequest, protobufTypes, readFixture } from '../../support/otlp-requests.js';
import {
  JSON_TYPE,
  parseBody,
  PROTOBUF_TYPE,
  sendRequest,
  useReceiver,
} from '../../support/receiver-harness.js';

const official = readFixture('official-example-trace.json');
const responseType = protobufTypes.lookupType('ExportTraceServiceResponse');
const requestWithSpans = (...spans: object[]): object => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const harness = useReceiver();

describe('POST /v1/traces', () => {
  test('JSON gets an empty success as JSON', async () => {
    const response = await harness.postTraces(official, {
      'content-type': 'application/json; charset=utf-8',
    });
    expect([response.status, response.headers['content-type'], parseBody(response)]).toEqual([
      200,
      'application/json',
      {},
    ]);
    expect(harness.receiver.store.get(TRACE_ID)?.services).toEqual(['my.service']);
  });

  test('protobuf gets an empty success as protobuf', async () => {
    const response = await harness.postTraces(encodeRequest(JSON.parse(official) as object), PROTOBUF_TYPE);
    expect([response.status, response.headers['content-type'], response.body.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ]);
    expect(harness.receiver.store.get(TRACE_ID)?.services).toEqual(['my.service']);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('%s is decompressed', async (name, compress) => {
    const response = await harness.postTraces(compress(official), { ...JSON_TYPE, 'content-encoding': name });
    expect(response.status).toBe(200);
    expect(harness.receiver.store.stats().spans).toBe(1);
  });

  test('an empty request is a success', async () => {
    expect((await harness.postTraces('', PROTOBUF_TYPE)).status).toBe(200);
    expect((await harness.postTraces('{}')).status).toBe(200);
  });

  test('spans without valid ids are a partial success, in JSON and in protobuf', async () => {
    const body = requestWithSpans(
      { traceId: TRACE_ID, spanId: spanIdOf(1) },
      { traceId: TRACE_ID, spanId: '' },
    );
    const json = parseBody(await harness.postTraces(JSON.stringify(body)));
    expect(json).toMatchObject({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('ids') as string },
    });
    const { body: bytes } = await harness.postTraces(encodeRequest(body), PROTOBUF_TYPE);
    expect(responseType.toObject(responseType.decode(bytes), { longs: Number })).toMatchObject({
      partialSuccess: { rejectedSpans: 1, errorMessage: expect.stringContaining('ids') as string },
    });
    expect(harness.receiver.store.stats().spans).toBe(1);
  });
});

test.each(['/v1/metrics', '/v1/logs'])('POST %s gets an empty success and is discarded', async path => {
  expect(parseBody(await harness.send('POST', path, JSON_TYPE, '{"resourceMetrics":[]}'))).toEqual({});
  const response = await harness.send('POST', path, PROTOBUF_TYPE, Uint8Array.of(1, 2, 3));
  expect([response.status, response.body.length]).toEqual([200, 0]);
  expect(harness.receiver.store.stats().spans).toBe(0);
});

describe('the JSON API', () => {
  test('GET /api/v1/traces lists the traces in memory, with the statistics of the store', async () => {
    await harness.postTraces(official);
    expect(parseBody(await harness.send('GET', '/api/v1/traces'))).toMatchObject({
      schema: 1,
      traces: [{ traceId: TRACE_ID, name: "I'm a server span", spanCount: 1, durationNs: 1e9 }],
      stats: { traces: 1, spans: 1 },
    });
  });

  test('GET /api/v1/traces?limit limits the list and rejects a wrong number', async () => {
    await harness.postTraces(
      JSON.stringify(
        requestWithSpans(
          { traceId: spanIdOf(1) + spanIdOf(1), spanId: spanIdOf(1) },
          { traceId: spanIdOf(2) + spanIdOf(2), spanId: spanIdOf(1) },
        ),
      ),
    );
    expect(parseBody(await harness.send('GET', '/api/v1/traces?limit=1'))).toMatchObject({
      traces: [{ traceId: spanIdOf(2) + spanIdOf(2) }],
    });
    expect((await harness.send('GET', '/api/v1/traces?limit=-1')).status).toBe(400);
  });

  test('GET /api/v1/traces/:id has the rows of the printed tree; the id may be upper or lower case', async () => {
    await harness.postTraces(official);
    const json = parseBody(
      await harness.send('GET', `/api/v1/traces/${TRACE_ID.toUpperCase()}`),
    ) as JsonTrace;
    const trace = harness.receiver.store.get(TRACE_ID);
    expect(json.spans).toMatchObject(trace === undefined ? [] : treeRows(trace));
    expect(json.spans).toHaveLength(1);
    expect(json.schema).toBe(1);
  });

  test('HEAD is GET without a body', async () => {
    const response = await harness.send('HEAD', '/api/v1/traces');
    expect([response.status, response.body.length]).toEqual([200, 0]);
  });

  test.each([
    '/',
    '/api',
    '/api/traces',
    '/api/v1/traces/',
    '/api/v1/traces/unknown',
    '/v1/traces/v1/traces',
    '/%ZZ',
    '//',
    '/?%',
  ])('GET %s: 404 in JSON', async path => {
    const response = await harness.send('GET', path);
    expect(response.status).toBe(404);
    expect(parseBody(response)).toMatchObject({ error: { status: 404 } });
  });

  test.each([
    ['GET', '/v1/traces', 'POST'],
    ['OPTIONS', '/v1/traces', 'POST'],
    ['POST', '/api/v1/traces', 'GET, HEAD'],
    ['DELETE', `/api/v1/traces/${TRACE_ID}`, 'GET, HEAD'],
  ])('%s %s: 405 with the allowed methods', async (method, path, allow) => {
    const response = await harness.send(method, path);
    expect([response.status, response.headers.allow]).toEqual([405, allow]);
    expect(parseBody(response)).toEqual(expect.any(Object));
  });
});

test('a trace that exceeds the memory limit is a partial success that names the option', async () => {
  const small = await startReceiver({ port: 0, maxBytes: 1_000 });
  const spans = requestWithSpans(
    { traceId: TRACE_ID, spanId: spanIdOf(1) },
    { traceId: TRACE_ID, spanId: spanIdOf(2) },
  );
  const response = await sendRequest(small, 'POST', '/v1/traces', JSON_TYPE, JSON.stringify(spans));
  await small.close();
  expect(parseBody(response)).toMatchObject({
    partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('--max-bytes') as string },
  });
});

test.each([
  ['/v1/traces', true],
  ['/v1/traces?x=1', true],
  ['/v1/metrics', true],
  ['/v1/logs', true],
  ['/v1/traces/', false],
  ['/api/v1/traces', false],
  [undefined, false],
])('%s is an OTLP endpoint: %s', (url, expected) => {
  expect(isExportUrl(url)).toBe(expected);
});
