import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/core/diagnostics.js';
import { otlp } from '../../../src/exporters/index.js';
import { type Exporter, init, trace } from '../../../src/index.js';

let server: Server | undefined;

async function listen(answer: (body: string) => number | undefined): Promise<string> {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(Buffer.concat(chunks).toString());
      if (status !== undefined) response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function start(endpoint: string): { exporter: Exporter; lines: string[] } {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const logger: Logger = { error: say, warn: say, info: () => {}, debug: () => {} };
  const exporter = otlp({ endpoint, protocol: 'http/json', compression: 'none' });
  init({ service: 'orders', exporter, instrument: false, exitHandlers: false, logger });
  return { exporter, lines };
}

afterEach(async () => {
  await trace.shutdown({ timeoutMs: 50 });
  server?.closeAllConnections();
  server?.close();
});

describe('otlp as http/json', () => {
  it('delivers JSON and counts it', async () => {
    const bodies: string[] = [];
    const { exporter, lines } = start(await listen(body => (bodies.push(body), 200)));
    trace.span('work', () => {});
    await trace.flush();
    expect(JSON.parse(bodies[0] ?? '').resourceSpans[0].scopeSpans[0].spans[0].name).toBe('work');
    expect(exporter.stats?.()).toMatchObject({ ended: 1, queued: 0, sent: 1, dropped: {} });
    expect(lines).toEqual([]);
  });

  it('counts and says what a backend that never answers leaves at shutdown', async () => {
    const { exporter, lines } = start(await listen(() => undefined));
    trace.span('one', () => {});
    trace.span('two', () => {});
    await trace.shutdown({ timeoutMs: 100 });
    expect(exporter.stats?.()).toMatchObject({ ended: 2, queued: 0, sent: 0, dropped: { shutdown: 2 } });
    expect(lines.filter(line => line.includes('2 spans were lost'))).toHaveLength(1);
  });

  it('counts what is left in the last moment of a process, once', async () => {
    const { exporter, lines } = start(await listen(() => undefined));
    trace.span('work', () => {});
    exporter.controls?.()?.rescue();
    exporter.controls?.()?.rescue();
    expect(exporter.stats?.()).toMatchObject({ ended: 1, queued: 0, dropped: { shutdown: 1 } });
    expect(lines).toHaveLength(1);
  });

  it('counts what the backend refuses', async () => {
    const { exporter } = start(await listen(() => 400));
    trace.span('work', () => {});
    await trace.flush();
    expect(exporter.stats?.()).toMatchObject({ queued: 0, sent: 0, dropped: { rejected_by_backend: 1 } });
  });
});
