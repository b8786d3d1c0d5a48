import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/core/diagnostics.js';
import { type DeliveryOptions, otlp } from '../../../src/exporters/index.js';
import { type Exporter, init, trace } from '../../../src/index.js';

interface Seen {
  readonly type: string | undefined;
  readonly encoding: string | undefined;
  readonly body: Buffer;
}

const cleanups: (() => void)[] = [];

async function listen(answer: (response: ServerResponse, seen: Seen) => void): Promise<string> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-type': type, 'content-encoding': encoding } = request.headers;
      answer(response, { type, encoding, body: Buffer.concat(chunks) });
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = (response: ServerResponse, answer: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));

function start(
  endpoint: string,
  compression: 'gzip' | 'none' = 'none',
  delivery: DeliveryOptions = {},
): { exporter: Exporter; lines: string[] } {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger: Logger = { error: say, warn: say, info: () => {}, debug: () => {} };
  const exporter = otlp({ endpoint, protocol: 'http/json', compression });
  init({ service: 'orders', exporter, delivery, instrument: false, exitHandlers: false, logger });
  return { exporter, lines };
}

const spanName = (body: Buffer): unknown =>
  JSON.parse(body.toString()).resourceSpans[0].scopeSpans[0].spans[0].name;

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe('otlp as http/json', () => {
  it('delivers JSON and counts it', async () => {
    const seen: Seen[] = [];
    const { exporter, lines } = start(await listen((response, one) => (seen.push(one), json(response, {}))));
    trace.span('work', () => {});
    await trace.flush();
    expect(seen[0]).toMatchObject({ type: 'application/json', encoding: undefined });
    expect(spanName(seen[0]!.body)).toBe('work');
    const bytes = seen[0]!.body.length;
    expect(exporter.stats?.()).toMatchObject({ ended: 1, queued: 0, sent: 1, dropped: {}, bytes });
    expect(lines).toEqual([]);
  });

  it('compresses', async () => {
    const seen: Seen[] = [];
    start(await listen((response, one) => (seen.push(one), json(response, {}))), 'gzip');
    trace.span('work', () => {});
    await trace.flush();
    expect(seen[0]).toMatchObject({ type: 'application/json', encoding: 'gzip' });
    expect(spanName(gunzipSync(seen[0]!.body))).toBe('work');
  });

  it.each([
    [
      'application/json',
      '3 (as a string)',
      '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}',
    ],
    [undefined, '3', '{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}'],
  ])('counts a partial success answered as %s, with %s', async (type, _, answer) => {
    const url = await listen(
      response =>
        void response.writeHead(200, type === undefined ? {} : { 'content-type': type }).end(answer),
    );
    const { exporter, lines } = start(url);
    for (let i = 0; i < 5; i++) trace.span('work', () => {});
    await trace.flush();
    expect(exporter.stats?.()).toMatchObject({ sent: 2, rejected: 3, queued: 0 });
    expect(lines.join()).toContain('too old');
  });

  it('takes no web page for an answer', async () => {
    const url = await listen(
      response => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>'),
    );
    const { exporter, lines } = start(url);
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.stats?.()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(lines.join()).toContain('web page');
  });

  it('counts what the backend refuses, and says what to look at', async () => {
    const { exporter, lines } = start(await listen(response => json(response, {}, 415)));
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.stats?.()).toMatchObject({ queued: 0, sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(lines.join()).toContain('`protocol`');
  });

  it('counts and says what a backend that never answers leaves at shutdown', async () => {
    const { exporter, lines } = start(await listen(() => undefined));
    trace.span('one', () => {});
    trace.span('two', () => {});
    await trace.shutdown({ timeoutMs: 100 });
    expect(exporter.stats?.()).toMatchObject({ ended: 2, queued: 0, sent: 0, dropped: { shutdown: 2 } });
    expect(lines.filter(line => line.includes('2 spans were lost'))).toHaveLength(1);
  });

  it('keeps what is left in the spool, and sends it at the next start', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trace-json-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const seen: Seen[] = [];
    let isUp = false;
    const url = await listen((response, one) => {
      if (!isUp) return json(response, {}, 503);
      seen.push(one);
      json(response, {});
    });
    const first = start(url, 'none', { spool: directory });
    trace.span('work', () => {});
    first.exporter.controls?.()?.rescue();
    expect(first.exporter.stats?.()).toMatchObject({ spooled: 1, dropped: {} });
    await trace.shutdown({ timeoutMs: 50 });
    isUp = true;
    const second = start(url, 'none', { spool: directory });
    await trace.flush();
    expect(second.exporter.stats?.()).toMatchObject({ replayed: 1, sent: 1, spooled: 0 });
    expect(seen.map(one => spanName(one.body))).toEqual(['work']);
  });
});
