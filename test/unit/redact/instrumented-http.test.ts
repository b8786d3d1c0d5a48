// Real requests under the instrumentations of node:http and fetch: the spans hold no secret of the requests, and client and
// server see them unchanged.

import { once } from 'node:events';
import http, { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { otlp } from '../../../src/exporters/index.js';
import { init, type InitOptions, trace } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import { receiving } from '../../support/receiving.js';

const IN_URL = 't0psecret99';
const PASSWORD = 'hunter2x';
const BEARER = 'bearer77secret';
const COOKIE = 'cookie55secret';
const API_KEY = 'apikey33secret';
const NEXT = 'next11secret';
const PATH = `/reset?token=${IN_URL}&user=ann`;
const SENT = {
  authorization: `Bearer ${BEARER}`,
  cookie: `theme=dark; sid=${COOKIE}`,
  'x-api-key': API_KEY,
  'x-page': 'two',
};
const ANSWERED = {
  'set-cookie': `sid=${NEXT}; Path=/`,
  location: `/next?token=${NEXT}&page=2`,
  'x-page': 'three',
};
const CAPTURED = { requestHeaders: Object.keys(SENT), responseHeaders: Object.keys(ANSWERED) };

afterEach(() => trace.shutdown());

/** Starts a server that stores its requests. */
async function startServer(): Promise<{ host: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(200, ANSWERED).end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function requestByNodeHttp(host: string): Promise<void> {
  const request = http.get(`http://bob:${PASSWORD}@${host}${PATH}`, { headers: SENT, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response.resume(), 'close');
}

async function requestByFetch(host: string): Promise<void> {
  // fetch refuses a URL with user info.
  await (await fetch(`http://${host}${PATH}`, { headers: SENT, redirect: 'manual' })).text();
}

interface ExportedSpan {
  readonly kind: number;
  readonly attributes: readonly { readonly key: string }[];
}

type InstrumentOptions = Pick<InitOptions, 'instrument' | 'instrumentations'>;

it.each<[string, () => InstrumentOptions, (host: string) => Promise<void>]>([
  ['node:http', () => ({ instrument: { fetch: false } }), requestByNodeHttp],
  ['fetch', () => ({}), requestByFetch],
  [
    'node:http with captured headers',
    () => ({ instrument: { fetch: false, http: CAPTURED } }),
    requestByNodeHttp,
  ],
  [
    'fetch with captured headers',
    () => ({ instrument: { http: CAPTURED, fetch: CAPTURED } }),
    requestByFetch,
  ],
  [
    "node:http with captured headers of OpenTelemetry's instrumentation",
    () => ({
      instrumentations: [
        new HttpInstrumentation({ headersToSpanAttributes: { client: CAPTURED, server: CAPTURED } }),
      ],
    }),
    requestByNodeHttp,
  ],
  [
    "fetch with captured headers of OpenTelemetry's instrumentation",
    () => ({ instrumentations: [new UndiciInstrumentation({ headersToSpanAttributes: CAPTURED })] }),
    requestByFetch,
  ],
])('%s', async (name, createOptions, call) => {
  // Created in the test: an instrumentation is active as soon as it exists.
  const options = createOptions();
  const { endpoint, bodies } = await receiving();
  const { host, requests } = await startServer();
  init({
    service: 'test',
    exporter: otlp({ endpoint, protocol: 'http/json', compression: 'none' }),
    ...options,
    exitHandlers: false,
    logger: { error() {}, warn() {}, info() {}, debug() {} },
  });
  await call(host);
  await eventually(() => expect(trace.stats().exporters[0]?.ended).toBe(2));
  await trace.flush({ timeoutMs: 60_000 });

  expect(requests.map(({ url, headers }) => [url, headers['x-api-key'], headers.cookie])).toEqual([
    [PATH, API_KEY, SENT.cookie],
  ]);
  const sent = Buffer.concat([...bodies]).toString();
  for (const secret of [IN_URL, PASSWORD, BEARER, COOKIE, API_KEY, NEXT]) expect(sent).not.toContain(secret);
  expect(sent).not.toContain(Buffer.from(`bob:${PASSWORD}`).toString('base64'));

  const spans: ExportedSpan[] = JSON.parse(sent).resourceSpans[0].scopeSpans.flatMap(
    (scope: { spans: ExportedSpan[] }) => scope.spans,
  );
  expect(spans.map(span => span.kind).sort()).toEqual([2, 3]);
  for (const span of spans) expect(JSON.stringify(span)).toContain('token=***&user=ann');
  const headers = spans.flatMap(span => span.attributes).filter(({ key }) => key.includes('.header.'));
  expect(JSON.stringify(headers).includes('three')).toBe(name.includes('captured headers'));
});
