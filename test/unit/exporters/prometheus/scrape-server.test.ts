import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ScrapeServer,
  type ScrapeServerOptions,
  startScrapeServer,
} from '../../../../src/exporters/prometheus/scrape-server.js';
import { type CapturedDiagnostic, collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { freePort } from '../../../support/free-port.mjs';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(
  writeChunks: ScrapeServerOptions['writeChunks'],
  port = 0,
): Promise<{ server: ScrapeServer; captured: readonly CapturedDiagnostic[] }> {
  const { diagnostics, captured } = collectDiagnostics();
  const server = startScrapeServer({ host: '127.0.0.1', port, path: '/metrics', diagnostics, writeChunks });
  cleanups.push(() => server.close());
  await server.bound;
  return { server, captured };
}

async function* chunksOf(...texts: string[]): AsyncGenerator<Uint8Array, void> {
  for (const text of texts) yield Buffer.from(text);
}

interface Response {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function fetchText(url: string, { method = 'GET', path = '' } = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, agent: false }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      response.on('error', reject);
    });
    sent.on('error', reject).end();
  });
}

describe('a response', () => {
  it('has a length if there is one chunk', async () => {
    const { server } = await start(() => chunksOf('one\n'));
    expect(await fetchText(server.url)).toMatchObject({
      status: 200,
      body: 'one\n',
      headers: {
        'content-length': '4',
        'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        vary: 'accept',
      },
    });
  });

  it('has all chunks in order', async () => {
    const { server } = await start(() => chunksOf('a', 'b', 'c'));
    const { body, headers } = await fetchText(server.url);
    expect(body).toBe('abc');
    expect(headers).not.toHaveProperty('content-length');
  });

  it('has no body for HEAD', async () => {
    const { server } = await start(() => chunksOf('one\n'));
    expect(await fetchText(server.url, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it.each([
    ['another path', { path: '/' }, 404, 'The metrics are at /metrics.\n'],
    ['another method', { method: 'POST' }, 405, 'The metrics endpoint accepts GET and HEAD.\n'],
  ])('refuses %s', async (_, options, status, body) => {
    const { server } = await start(() => chunksOf('one\n'));
    expect(await fetchText(server.url, options)).toMatchObject({ status, body });
  });
});

describe('text that cannot be written', () => {
  it('is a status 500, reported once', async () => {
    const { server, captured } = await start(() => {
      throw new Error('no metrics');
    });
    for (let i = 0; i < 2; i++) expect(await fetchText(server.url)).toMatchObject({ status: 500 });
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'metrics_scrape_failed',
        source: 'prometheus',
        message: expect.stringContaining('no metrics'),
      },
    ]);
  });

  it('ends the connection after the first chunks', async () => {
    const { server, captured } = await start(async function* () {
      yield* chunksOf('a', 'b');
      throw new Error('no more metrics');
    });
    await expect(fetchText(server.url)).rejects.toThrow();
    expect(captured).toMatchObject([{ code: 'metrics_scrape_failed' }]);
  });
});

describe('a port', () => {
  it('that is free is in the address after it was bound', async () => {
    const { server } = await start(() => chunksOf('one\n'));
    expect(await server.bound).toBeUndefined();
    const { url } = server;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/);
    await server.close();
    expect(server.url).toBe(url);
  });

  it('in use is reported once, and named by the address that was requested', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => new Promise(resolve => other.close(resolve)));
    const { port } = other.address() as AddressInfo;
    const { server, captured } = await start(() => chunksOf('one\n'), port);
    expect(await server.bound).toMatchObject({ code: 'metrics_endpoint_unavailable', source: 'prometheus' });
    expect(captured).toMatchObject([{ level: 'warn', code: 'metrics_endpoint_unavailable' }]);
    expect(server.url).toBe(`http://127.0.0.1:${port}/metrics`);
  });

  it('of a closed server is not named as the port of another exporter', async () => {
    const port = await freePort();
    const first = await startOn(port);
    const second = await startOn(port);
    expect((await second.server.bound)?.message).toContain('another prometheus exporter of this process');
    await first.server.close();
    const other = createServer();
    await new Promise<void>(resolve => other.listen(port, '127.0.0.1', resolve));
    cleanups.push(() => new Promise(resolve => other.close(resolve)));
    const third = await startOn(port);
    expect((await third.server.bound)?.message).toContain('another process or thread');
  });

  it('can be used again after close()', async () => {
    const first = await start(() => chunksOf('one\n'));
    const port = Number(new URL(first.server.url).port);
    const requested = await startOn(port);
    expect(requested.captured).toHaveLength(1);
    await first.server.close();
    const second = await startOn(port);
    expect(second.captured).toEqual([]);
    await second.server.close();
    await expect(fetchText(second.server.url)).rejects.toThrow(/ECONNREFUSED/);
  });

  function startOn(port: number) {
    return start(() => chunksOf('one\n'), port);
  }
});
