import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { checkEndpoint } from '../../../../src/exporters/prometheus/check-endpoint.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function startServer(respond: RequestListener, host = '127.0.0.1'): Promise<number> {
  const server = createServer(respond);
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  cleanups.push(() => new Promise(resolve => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

const bound = Promise.resolve(undefined);

it('returns the number of served bytes', async () => {
  const accepted: unknown[] = [];
  const port = await startServer((request, response) => {
    accepted.push(request.headers.accept);
    response.end('twelve bytes');
  });
  const url = `http://127.0.0.1:${port}/metrics`;
  expect(await checkEndpoint({ url, bound })).toEqual({
    name: 'prometheus',
    status: 'ok',
    message: `${url} serves 12 bytes`,
  });
  expect(accepted).toEqual([expect.stringContaining('application/openmetrics-text')]);
});

it('reaches a server that listens on all addresses', async () => {
  const port = await startServer((_, response) => response.end('x'));
  expect(await checkEndpoint({ url: `http://0.0.0.0:${port}/metrics`, bound })).toMatchObject({
    status: 'ok',
  });
});

it('returns an error for another status', async () => {
  const port = await startServer((_, response) => response.writeHead(500).end());
  const url = `http://127.0.0.1:${port}/metrics`;
  expect(await checkEndpoint({ url, bound })).toEqual({
    name: 'prometheus',
    status: 'error',
    code: 'metrics_scrape_failed',
    message: `${url} responded with 500`,
    fix: 'Check that no other process listens at this address.',
    source: 'prometheus',
  });
});

it('returns an error if no server responds', async () => {
  const check = await checkEndpoint({ url: 'http://127.0.0.1:9/metrics', bound });
  expect(check).toMatchObject({ status: 'error', code: 'metrics_scrape_failed' });
});

it('returns the diagnostic of a port that could not be bound, with its code and source', async () => {
  const diagnostic = {
    code: 'metrics_endpoint_unavailable',
    message: 'port 1 is in use',
    why: 'No metrics are served.',
    fix: 'Choose another port.',
    source: 'prometheus',
  } as const;
  const check = await checkEndpoint({ url: 'http://127.0.0.1:1/', bound: Promise.resolve(diagnostic) });
  expect(check).toEqual({ name: 'prometheus', status: 'error', ...diagnostic });
});
