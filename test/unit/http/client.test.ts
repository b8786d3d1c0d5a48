// traceFetch with a fake fetch, on our own and on a foreign provider.

import { context, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { traceFetch } from '../../../src/http/index.js';
import { trace } from '../../../src/index.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';
import { createFakeFetch } from '../../support/fake-fetch.js';

const URL_ = 'https://api.example/orders?page=2';

const respondOk = (): Response => new Response('hello');

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
] as const)('traceFetch on %s', (_, start) => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = start();
  });
  afterEach(() => tracing.stop());

  it('creates a CLIENT span with the attributes of the conventions', async () => {
    const fetch = traceFetch(createFakeFetch(respondOk));
    await trace.span('work', async () =>
      expect(await (await fetch(URL_, { method: 'POST' })).text()).toBe('hello'),
    );
    const span = tracing.span('POST');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'server.address': 'api.example',
      'server.port': 443,
      'url.full': URL_,
      'http.response.status_code': 200,
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.parentSpanContext?.spanId).toBe(tracing.span('work').spanContext().spanId);
  });

  it('sends the context of its span and the baggage', async () => {
    const fake = createFakeFetch(respondOk);
    await trace.withBaggage({ tenant: 'acme' }, async () => (await traceFetch(fake)(URL_)).text());
    const { traceId, spanId } = tracing.span('GET').spanContext();
    const headers = fake.calls[0]?.request.headers;
    expect(headers?.get('traceparent')).toContain(`00-${traceId}-${spanId}-`);
    expect(headers?.get('baggage')).toBe('tenant=acme');
  });

  it('replaces the context headers of the caller', async () => {
    const fake = createFakeFetch(respondOk);
    await traceFetch(fake)(URL_, { headers: { TraceParent: 'stale' } });
    expect(fake.calls[0]?.request.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-/);
  });

  it('suppresses tracing below, so that an instrumentation of fetch creates no second span', async () => {
    const fake = createFakeFetch(() => {
      expect(isTracingSuppressed(context.active())).toBe(true);
      apiTrace.getTracer('instrumentation').startSpan('double').end();
      return respondOk();
    });
    await (await traceFetch(fake)(URL_)).text();
    expect(tracing.spans().map(span => span.name)).toEqual(['GET']);
  });

  it.each([
    ['a plain object', { accept: 'text/plain', authorization: 'Bearer x' }],
    [
      'pairs',
      [
        ['accept', 'text/plain'],
        ['authorization', 'Bearer x'],
      ] satisfies [string, string][],
    ],
    ['Headers', new Headers({ accept: 'text/plain', authorization: 'Bearer x' })],
  ])('sends the headers of the caller, given as %s, and does not change them', async (_, headers) => {
    const before = JSON.stringify([...new Headers(headers)]);
    const init = { headers };
    const fake = createFakeFetch(respondOk);
    await (await traceFetch(fake)(URL_, init)).text();
    const sent = fake.calls[0]?.request.headers;
    expect([sent?.get('accept'), sent?.get('authorization')]).toEqual(['text/plain', 'Bearer x']);
    expect(init.headers).toBe(headers);
    expect(JSON.stringify([...new Headers(headers)])).toBe(before);
  });

  it('takes Request objects, with and without init, and does not change their headers', async () => {
    const fake = createFakeFetch(async request => new Response(await request.text()));
    const request = new Request(URL_, { method: 'PUT', body: 'payload', headers: { 'x-a': '1' } });
    const response = await traceFetch(fake)(request);
    expect(await response.text()).toBe('payload');
    expect(fake.calls[0]?.request.headers.get('x-a')).toBe('1');
    expect([...request.headers.keys()]).not.toContain('traceparent');
    expect(tracing.span('PUT').attributes['url.full']).toBe(URL_);

    const overridden = new Request(URL_, { method: 'PUT', headers: { 'x-a': '1' } });
    await (await traceFetch(fake)(overridden, { method: 'DELETE', headers: { 'x-b': '2' } })).text();
    const { headers, method } = fake.calls[1]?.request ?? {};
    expect([method, headers?.get('x-a'), headers?.get('x-b')]).toEqual(['DELETE', null, '2']);
    tracing.span('DELETE');
  });

  it('takes a Request as the second argument', async () => {
    const fake = createFakeFetch(async request => new Response(await request.text()));
    const request = new Request('https://other.example/', {
      method: 'POST',
      body: 'payload',
      headers: { 'x-a': '1' },
    });
    expect(await (await traceFetch(fake)(new URL(URL_), request)).text()).toBe('payload');
    const sent = fake.calls[0]?.request;
    expect([sent?.url, sent?.method, sent?.headers.get('x-a')]).toEqual([URL_, 'POST', '1']);
    expect(sent?.headers.has('traceparent')).toBe(true);
  });

  it('streams a request body', async () => {
    const fake = createFakeFetch(async request => new Response(await request.text()));
    const body = new ReadableStream({
      start(controller) {
        for (const text of ['a', 'b']) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await (await traceFetch(fake)(URL_, init)).text()).toBe('ab');
    expect(fake.calls[0]?.init?.body).toBe(body);
  });

  it.each([400, 404, 500, 503])(
    '%i is an error of the client span, and the response is returned',
    async status => {
      const response = await traceFetch(createFakeFetch(() => new Response('no', { status })))(URL_);
      expect([response.status, await response.text()]).toEqual([status, 'no']);
      const span = tracing.span('GET');
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
      expect(span.attributes).toMatchObject({
        'http.response.status_code': status,
        'error.type': String(status),
      });
      expect(span.events).toEqual([]);
    },
  );

  it('a call that fails rejects with the same error, and error.type is the code of its cause', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new TypeError('fetch failed', { cause });
    const fetch = traceFetch(createFakeFetch(() => Promise.reject(error)));
    await expect(fetch(URL_)).rejects.toBe(error);
    const span = tracing.span('GET');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'fetch failed' });
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.events.map(event => event.name)).toEqual(['exception']);
  });

  describe('a call that its own signal aborts', () => {
    const untilAborted = (request: Request): Promise<Response> =>
      new Promise((_, reject) => {
        const { signal } = request;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });

    it.each([
      ['the standard reason', undefined],
      ['a custom reason', new Error('the user left')],
    ])('is not an error, with %s', async (_, reason) => {
      const controller = new AbortController();
      const called = traceFetch(createFakeFetch(untilAborted))(URL_, { signal: controller.signal });
      controller.abort(reason);
      await expect(called).rejects.toBe(controller.signal.reason);
      const span = tracing.span('GET');
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.events).toEqual([]);
    });

    it('is not an error if the signal is that of a Request', async () => {
      const controller = new AbortController();
      const request = new Request(URL_, { signal: controller.signal });
      const called = traceFetch(createFakeFetch(untilAborted))(request);
      controller.abort();
      await expect(called).rejects.toThrow('aborted');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('is an error if the signal timed out', async () => {
      const controller = new AbortController();
      const called = traceFetch(createFakeFetch(untilAborted))(URL_, { signal: controller.signal });
      controller.abort(new DOMException('timed out', 'TimeoutError'));
      await expect(called).rejects.toThrow('timed out');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.ERROR);
    });

    it('is an error if the call failed for another reason', async () => {
      const controller = new AbortController();
      const failing = createFakeFetch(() => Promise.reject(new Error('broken pipe')));
      controller.abort();
      await expect(traceFetch(failing)(URL_, {})).rejects.toThrow('broken pipe');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.ERROR);
    });
  });

  it('an unknown method is _OTHER, and known methods are recorded in upper case', async () => {
    const fetch = traceFetch(createFakeFetch(respondOk));
    await (await fetch(URL_, { method: 'PURGE' })).text();
    expect(tracing.span('HTTP').attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    });
    await (await fetch(URL_, { method: 'post' })).text();
    expect(tracing.span('POST').attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.request.method_original': 'post',
    });
  });

  it('records no user info and no signature', async () => {
    const fetch = traceFetch(async () => respondOk());
    await (await fetch('https://ann:s3cret@a.example/?sig=s3cret')).text();
    expect(tracing.span('GET').attributes['url.full']).toBe('https://a.example/?sig=REDACTED');
  });

  it('rejects invalid arguments with the error of fetch', async () => {
    const plain: unknown = await globalThis.fetch('no url').catch((error: unknown) => error);
    const traced: unknown = await traceFetch()('no url').catch((error: unknown) => error);
    expect(String(traced)).toBe(String(plain));
    const headers = { 'bad name': '1' };
    await expect(traceFetch(createFakeFetch(respondOk))(URL_, { headers })).rejects.toThrow('bad name');
    const throwing = {
      get method(): string {
        throw new Error('my getter');
      },
    };
    await expect(traceFetch(createFakeFetch(respondOk))(URL_, throwing)).rejects.toThrow('my getter');
    expect(tracing.spans()).toHaveLength(3);
  });

  it('creates no span and sends no headers if tracing is suppressed', async () => {
    const fake = createFakeFetch(respondOk);
    await trace.suppress(async () => (await traceFetch(fake)(URL_)).text());
    expect(tracing.spans()).toEqual([]);
    expect(fake.calls[0]?.request.headers.has('traceparent')).toBe(false);
  });

  it('uses the global fetch at the time of the call', async () => {
    const fetch = traceFetch();
    const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('later'));
    try {
      expect(await (await fetch(URL_)).text()).toBe('later');
    } finally {
      spy.mockRestore();
    }
  });
});

describe('traceFetch without init()', () => {
  it('passes the same arguments and response on', async () => {
    const response = respondOk();
    const init = { headers: { a: '1' } };
    const calls: unknown[][] = [];
    const fetch = traceFetch(async (...args) => {
      calls.push(args);
      return response;
    });
    expect(await fetch(URL_, init)).toBe(response);
    expect(calls[0]?.[0]).toBe(URL_);
    expect(calls[0]?.[1]).toBe(init);
  });
});
