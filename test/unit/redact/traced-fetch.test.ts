// A real request through the explicit wrappers: client and server see the secrets of its URL, and no span holds them.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, expect, it } from 'vitest';
import { memory } from '../../../src/exporters/index.js';
import { traceHandler, traceFetch } from '../../../src/http/index.js';
import { init, trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await trace.shutdown();
});

it('the spans of both sides hold the URL without its secrets', async () => {
  const recorded = memory();
  const logger = { error() {}, warn() {}, info() {}, debug() {} };
  init({ service: 'test', exporter: recorded, instrument: false, exitHandlers: false, logger });
  const handle = traceHandler(async request => {
    trace.setAttribute('seen', request.url);
    return new Response('ok');
  });
  const urls: string[] = [];
  server = createServer((incoming, outgoing) => {
    urls.push(String(incoming.url));
    const url = `http://${incoming.headers.host}${incoming.url}`;
    void Promise.resolve(handle(new Request(url, { headers: { ...incoming.headers } as never }))).then(
      async response => outgoing.end(await response.text()),
    );
  });
  await new Promise<void>(resolve => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const path = '/reset?token=t0psecret99&user=ann';
  const fetch = traceFetch(input =>
    globalThis.fetch(String(input instanceof Request ? input.url : input).replace('bob:hunter2x@', '')),
  );
  await (await fetch(`http://bob:hunter2x@127.0.0.1:${port}${path}`)).text();
  await trace.span(`GET ${path}`, async () => undefined);

  await eventually(() => expect(recorded.spans).toHaveLength(3));
  expect(urls).toEqual([path]);
  const text = JSON.stringify(
    recorded.spans.map(span => [span.name, span.attributes, span.events, span.status]),
  );
  expect(text).not.toMatch(/t0psecret99|hunter2x/);
  expect(text).toContain('user=ann');
  const kinds = recorded.spans.map(span => span.kind);
  expect(kinds).toEqual(expect.arrayContaining([SpanKind.CLIENT, SpanKind.SERVER, SpanKind.INTERNAL]));
});
