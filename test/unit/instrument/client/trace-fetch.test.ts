import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { listen, startRecording } from '../../../support/server-recording.js';

const FORWARDED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('records the attributes of the conventions', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false, fetch: { requestHeaders: ['X-Id'], responseHeaders: ['X-Answer'] } });
  const port = await listen((_request, response) => {
    response.writeHead(503, { 'x-answer': 'a' }).end('no');
  });
  await (await fetch(`http://127.0.0.1:${port}/a?sig=s`, { headers: { 'x-id': '7' } })).text();
  const [span] = await waitForSpans(1, SpanKind.CLIENT);
  expect(span?.name).toBe('GET');
  expect(span?.attributes).toEqual({
    'http.request.method': 'GET',
    'server.address': '127.0.0.1',
    'server.port': port,
    'url.full': `http://127.0.0.1:${port}/a?sig=REDACTED`,
    'network.protocol.version': '1.1',
    'network.peer.address': '127.0.0.1',
    'network.peer.port': port,
    'http.response.status_code': 503,
    'error.type': '503',
    'http.request.header.x-id': ['7'],
    'http.response.header.x-answer': ['a'],
  });
});

it.each<[string, NonNullable<RequestInit['headers']>]>([
  ['an object', { TraceParent: FORWARDED, tracestate: 'v=1', 'x-id': '1' }],
  [
    'pairs',
    [
      ['traceparent', FORWARDED],
      ['Traceparent', FORWARDED],
      ['x-id', '1'],
    ],
  ],
  ['Headers', new Headers({ traceparent: FORWARDED, 'x-id': '1' })],
])('replaces propagation headers in %s, also in a Request', async (_, headers) => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false });
  const received: string[][] = [];
  const port = await listen((incoming, response) => {
    received.push(incoming.rawHeaders);
    response.end();
  });
  const url = `http://127.0.0.1:${port}/`;
  await (await fetch(url, { headers })).text();
  await (await fetch(new Request(url, { headers }))).text();
  const spans = await waitForSpans(2, SpanKind.CLIENT);
  for (const [index, raw] of received.entries()) {
    const names = raw.filter((__, position) => position % 2 === 0).map(name => name.toLowerCase());
    expect(names.filter(name => name.startsWith('trace'))).toEqual(['traceparent']);
    expect(raw[names.indexOf('traceparent') * 2 + 1]).toContain(spans[index]?.spanContext().spanId);
    expect(names).toContain('x-id');
  }
});

it('names a time-out, and leaves a cancelled request without an error', async () => {
  const { enable, waitForSpans } = startRecording();
  enable({ http: false });
  const port = await listen(() => {});
  const url = `http://127.0.0.1:${port}/`;
  const controller = new AbortController();
  const cancelled = fetch(url, { signal: controller.signal });
  await expect(fetch(url, { signal: AbortSignal.timeout(30) })).rejects.toThrow('timeout');
  controller.abort();
  await expect(cancelled).rejects.toThrow('aborted');
  const spans = await waitForSpans(2, SpanKind.CLIENT);
  expect(spans.map(({ attributes, status }) => [attributes['error.type'], status.code])).toEqual([
    ['TimeoutError', SpanStatusCode.ERROR],
    [undefined, SpanStatusCode.UNSET],
  ]);
});

it('ends the span of a request in flight after disable()', async () => {
  const { enable, waitForSpans } = startRecording();
  const disable = enable({ http: false });
  const port = await listen((_request, response) => {
    disable();
    response.end('ok');
  });
  await (await fetch(`http://127.0.0.1:${port}/`)).text();
  expect(await waitForSpans(1, SpanKind.CLIENT)).toHaveLength(1);
});
