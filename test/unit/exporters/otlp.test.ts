import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/core/diagnostics.js';
import { type DeliveryOptions, otlp } from '../../../src/exporters/index.js';
import { init, trace } from '../../../src/index.js';
import { startExporter } from '../../support/exporter-context.js';
import { problemCodesOf, problemsOf } from '../../support/problems-of.js';
import { firstRow } from '../../support/start-tracing.js';

interface ReceivedRequest {
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

const cleanups: (() => void)[] = [];

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function startBackend(
  respond: (response: ServerResponse, request: ReceivedRequest) => void,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-type': type, 'content-encoding': encoding } = request.headers;
      respond(response, { type, encoding, body: Buffer.concat(chunks) });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function respondJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Starts tracing with the exporter, as http/json. */
function startJson(
  endpoint: string,
  compression: 'gzip' | 'none' = 'none',
  delivery: DeliveryOptions = {},
): string[] {
  const messages: string[] = [];
  const collect = (message: string): void => void messages.push(message);
  const logger: Logger = { error: collect, warn: collect, info: () => {}, debug: () => {} };
  const exporter = otlp({ endpoint, protocol: 'http/json', compression });
  init({ service: 'orders', exporter, delivery, instrument: false, exitHandlers: false, logger });
  return messages;
}

const spanNameIn = (body: Buffer): unknown =>
  JSON.parse(body.toString()).resourceSpans[0].scopeSpans[0].spans[0].name;

describe('otlp() in code', () => {
  it('sends to its endpoint, with the headers of the environment and its own', () => {
    const exporter = otlp({
      endpoint: 'https://user:pass@collector',
      headers: { authorization: 'Bearer x\n' },
    });
    const { url, headers, destination } = startExporter(exporter, { otlp: { headers: { 'x-env': '1' } } });
    expect(url).toBe('https://user:pass@collector/v1/traces');
    expect(headers).toEqual({ 'x-env': '1', authorization: 'Bearer x' });
    expect(destination).toMatchObject({
      protocol: 'http/protobuf',
      compression: 'gzip',
      delivery: { requestTimeoutMs: 10_000 },
    });
    expect(exporter.endpoint).toBe('https://***@collector/v1/traces');
  });

  it('sends to the endpoint of the environment without its own', () => {
    const exporter = otlp({ protocol: 'http/json', compression: 'none' });
    expect(exporter.endpoint).toBe('');
    const { destination } = startExporter(exporter);
    expect(destination).toMatchObject({ protocol: 'http/json', compression: 'none' });
    expect(exporter.endpoint).toBe('http://localhost:4318/v1/traces');
  });

  it('takes precedence over the environment with its options of delivery', () => {
    const delivery = { requestTimeoutMs: 70, compression: 'none', intervalMs: undefined } as const;
    const { destination } = startExporter(otlp({ delivery }), { otlp: { requestTimeoutMs: 5_000 } });
    expect(destination).toMatchObject({ compression: 'none', delivery: { requestTimeoutMs: 70 } });
    const explicit = startExporter(otlp({ delivery, compression: 'gzip' }));
    expect(explicit.destination?.compression).toBe('gzip');
  });

  it('calls a function for its headers before each request, besides those of the environment', async () => {
    let calls = 0;
    const exporter = otlp({ headers: async () => ({ authorization: `token ${++calls}` }) });
    const { destination } = startExporter(exporter, { otlp: { headers: { 'x-env': '1' } } });
    const headers = destination?.headers as () => Promise<unknown>;
    expect(await headers()).toEqual({ 'x-env': '1', authorization: 'token 1' });
    expect(await headers()).toEqual({ 'x-env': '1', authorization: 'token 2' });
  });

  it('has a check before its start', async () => {
    const exporter = otlp({ protocol: 'http/json' });
    expect(startExporter(exporter).started.stats?.()).toMatchObject({ protocol: 'http/json', ended: 0 });
    expect(await otlp().check?.()).toMatchObject({ status: 'error', code: 'not_started', source: 'otlp' });
  });

  it('refuses wrong options all at once', () => {
    const options = { url: 'x', endpoint: 1, headers: 'a=b', protocol: 'grpc', compression: 'zstd' };
    expect(problemCodesOf(() => otlp(options as object))).toEqual([
      'unknown_option otlp.url',
      'wrong_type otlp.endpoint',
      'wrong_type otlp.headers',
      'wrong_type otlp.protocol',
      'wrong_type otlp.compression',
    ]);
    expect(problemCodesOf(() => otlp({ headers: { a: 1 } } as object))).toEqual([
      'wrong_type otlp.headers["a"]',
    ]);
    expect(problemCodesOf(() => otlp({ endpoint: 'http://collector:4317' }))).toEqual([
      'grpc_port otlp.endpoint',
    ]);
  });

  it('never shows the value of a header', () => {
    const make = () => otlp({ headers: { authorization: 'Bearer hidden\nx', 'a b': 'hidden' } });
    expect(problemCodesOf(make)).toEqual([
      'malformed_headers otlp.headers["authorization"]',
      'malformed_headers otlp.headers["a b"]',
    ]);
    expect(JSON.stringify(problemsOf(make))).not.toContain('hidden');
  });
});

describe('otlp as http/json', () => {
  it('delivers JSON and counts it', async () => {
    const requests: ReceivedRequest[] = [];
    const url = await startBackend((response, request) => {
      requests.push(request);
      respondJson(response, {});
    });
    const messages = startJson(url);
    trace.span('work', () => {});
    await trace.flush();
    expect(requests[0]).toMatchObject({ type: 'application/json', encoding: undefined });
    expect(spanNameIn(requests[0]!.body)).toBe('work');
    const bytes = requests[0]!.body.length;
    expect(firstRow()).toMatchObject({ ended: 1, queued: 0, sent: 1, dropped: {}, bytes });
    expect(messages).toEqual([]);
  });

  it('compresses', async () => {
    const requests: ReceivedRequest[] = [];
    const url = await startBackend((response, request) => {
      requests.push(request);
      respondJson(response, {});
    });
    startJson(url, 'gzip');
    trace.span('work', () => {});
    await trace.flush();
    expect(requests[0]).toMatchObject({ type: 'application/json', encoding: 'gzip' });
    expect(spanNameIn(gunzipSync(requests[0]!.body))).toBe('work');
  });

  it.each([
    [
      'application/json',
      '3 (as a string)',
      '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}',
    ],
    [undefined, '3', '{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}'],
  ])('counts a partial success in a response of type %s, with %s', async (type, _, body) => {
    const url = await startBackend(
      response => void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(body),
    );
    const messages = startJson(url);
    for (let i = 0; i < 5; i++) trace.span('work', () => {});
    await trace.flush();
    expect(firstRow()).toMatchObject({ sent: 2, rejected: 3, queued: 0 });
    expect(messages.join()).toContain('too old');
  });

  it('counts spans as dropped if a web page is the response', async () => {
    const url = await startBackend(
      response => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
    );
    const messages = startJson(url);
    trace.span('work', () => {});
    await trace.flush();
    expect(firstRow()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(messages.join()).toContain('web page');
  });

  it('counts spans that the backend refuses, and names the option to check', async () => {
    const messages = startJson(await startBackend(response => respondJson(response, {}, 415)));
    trace.span('work', () => {});
    await trace.flush();
    expect(firstRow()).toMatchObject({ queued: 0, sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(messages.join()).toContain('protocol');
  });

  it('counts and reports the spans that a silent backend leaves at shutdown', async () => {
    const messages = startJson(await startBackend(() => undefined));
    trace.span('one', () => {});
    trace.span('two', () => {});
    const { exporters } = await trace.shutdown({ timeoutMs: 100 });
    expect(exporters).toMatchObject([{ ended: 2, queued: 0, sent: 0, dropped: { shutdown: 2 } }]);
    expect(messages.filter(message => message.includes('2 spans were lost'))).toHaveLength(1);
  });

  it('keeps undelivered spans in the spool, and sends them after the next start', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trace-json-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const requests: ReceivedRequest[] = [];
    let isUp = false;
    const url = await startBackend((response, request) => {
      if (!isUp) return respondJson(response, {}, 503);
      requests.push(request);
      respondJson(response, {});
    });
    startJson(url, 'none', { spool: directory });
    trace.span('work', () => {});
    const { exporters } = await trace.shutdown({ timeoutMs: 50 });
    expect(exporters).toMatchObject([{ spooled: 1, dropped: {} }]);
    isUp = true;
    startJson(url, 'none', { spool: directory });
    await trace.flush();
    expect(firstRow()).toMatchObject({ replayed: 1, sent: 1, spooled: 0 });
    expect(requests.map(request => spanNameIn(request.body))).toEqual(['work']);
  });
});
