// tracedFetch against a fetch of the test's own, on our provider and on somebody else's.

import { context, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fetch, tracedFetch } from '../../../src/http/index.js';
import { trace } from '../../../src/index.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';
import { eventually } from '../../support/eventually.js';

const URL_ = 'https://api.example/orders?page=2';

interface Call {
  readonly input: Parameters<Fetch>[0];
  readonly init: RequestInit | undefined;
  /** The request as the real fetch would make it. */
  readonly request: Request;
}

/** A fetch that answers with what it is told, and remembers how it was called. */
function fakeFetch(answer: (request: Request) => Response | Promise<Response>): Fetch & { calls: Call[] } {
  const calls: Call[] = [];
  const fetch = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    calls.push({ input, init, request });
    return answer(request);
  };
  return Object.assign(fetch, { calls });
}

const ok = (): Response => new Response('hello');

describe.each([
  ['our provider', startOwnTracing],
  ["somebody else's provider", startForeignTracing],
] as const)('tracedFetch on %s', (_, start) => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = start();
  });
  afterEach(() => tracing.stop());

  it('makes a CLIENT span by the conventions', async () => {
    const fetch = tracedFetch(fakeFetch(ok));
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

  it('sends the context of its own span and the baggage', async () => {
    const fake = fakeFetch(ok);
    await trace.withBaggage({ tenant: 'acme' }, async () => (await tracedFetch(fake)(URL_)).text());
    const { traceId, spanId } = tracing.span('GET').spanContext();
    const headers = fake.calls[0]?.request.headers;
    expect(headers?.get('traceparent')).toContain(`00-${traceId}-${spanId}-`);
    expect(headers?.get('baggage')).toBe('tenant=acme');
  });

  it('replaces a context that the caller passes on by hand', async () => {
    const fake = fakeFetch(ok);
    await tracedFetch(fake)(URL_, { headers: { TraceParent: 'stale' } });
    expect(fake.calls[0]?.request.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-/);
  });

  it('lets the work below run suppressed, so that no instrumentation tells the call twice', async () => {
    const fake = fakeFetch(() => {
      expect(isTracingSuppressed(context.active())).toBe(true);
      apiTrace.getTracer('instrumentation').startSpan('double').end();
      return ok();
    });
    await (await tracedFetch(fake)(URL_)).text();
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
  ])('keeps the headers of the caller, given as %s, and does not change them', async (_, headers) => {
    const before = JSON.stringify([...new Headers(headers)]);
    const init = { headers };
    const fake = fakeFetch(ok);
    await (await tracedFetch(fake)(URL_, init)).text();
    const sent = fake.calls[0]?.request.headers;
    expect([sent?.get('accept'), sent?.get('authorization')]).toEqual(['text/plain', 'Bearer x']);
    expect(init.headers).toBe(headers);
    expect(JSON.stringify([...new Headers(headers)])).toBe(before);
  });

  it('takes Request objects, alone and with init, and leaves them their headers', async () => {
    const fake = fakeFetch(async request => new Response(await request.text()));
    const request = new Request(URL_, { method: 'PUT', body: 'payload', headers: { 'x-a': '1' } });
    const response = await tracedFetch(fake)(request);
    expect(await response.text()).toBe('payload');
    expect(fake.calls[0]?.request.headers.get('x-a')).toBe('1');
    expect([...request.headers.keys()]).not.toContain('traceparent');
    expect(tracing.span('PUT').attributes['url.full']).toBe(URL_);

    const overridden = new Request(URL_, { method: 'PUT', headers: { 'x-a': '1' } });
    await (await tracedFetch(fake)(overridden, { method: 'DELETE', headers: { 'x-b': '2' } })).text();
    const { headers, method } = fake.calls[1]?.request ?? {};
    expect([method, headers?.get('x-a'), headers?.get('x-b')]).toEqual(['DELETE', null, '2']);
    tracing.span('DELETE');
  });

  it('takes a Request as the second argument', async () => {
    const fake = fakeFetch(async request => new Response(await request.text()));
    const request = new Request('https://other.example/', {
      method: 'POST',
      body: 'payload',
      headers: { 'x-a': '1' },
    });
    expect(await (await tracedFetch(fake)(new URL(URL_), request)).text()).toBe('payload');
    const sent = fake.calls[0]?.request;
    expect([sent?.url, sent?.method, sent?.headers.get('x-a')]).toEqual([URL_, 'POST', '1']);
    expect(sent?.headers.has('traceparent')).toBe(true);
  });

  it('streams a request body', async () => {
    const fake = fakeFetch(async request => new Response(await request.text()));
    const body = new ReadableStream({
      start(controller) {
        for (const text of ['a', 'b']) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await (await tracedFetch(fake)(URL_, init)).text()).toBe('ab');
    expect(fake.calls[0]?.init?.body).toBe(body);
  });

  it.each([400, 404, 500, 503])(
    '%i is an error of the client span, and the response comes back',
    async status => {
      const response = await tracedFetch(fakeFetch(() => new Response('no', { status })))(URL_);
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

  it('a call that fails rejects with the very error, and error.type is the code of its cause', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new TypeError('fetch failed', { cause });
    const fetch = tracedFetch(fakeFetch(() => Promise.reject(error)));
    await expect(fetch(URL_)).rejects.toBe(error);
    const span = tracing.span('GET');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'fetch failed' });
    expect(span.attributes['error.type']).toBe('ECONNREFUSED');
    expect(span.events.map(event => event.name)).toEqual(['exception']);
  });

  describe('a call that its own signal ends', () => {
    const untilAborted = (request: Request): Promise<Response> =>
      new Promise((_, reject) => {
        const { signal } = request;
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });

    it.each([
      ['the standard reason', undefined],
      ['a reason of its own', new Error('the user left')],
    ])('is no error, with %s', async (_, reason) => {
      const controller = new AbortController();
      const called = tracedFetch(fakeFetch(untilAborted))(URL_, { signal: controller.signal });
      controller.abort(reason);
      await expect(called).rejects.toBe(controller.signal.reason);
      const span = tracing.span('GET');
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
      expect(span.events).toEqual([]);
    });

    it('is no error where the signal is that of a Request', async () => {
      const controller = new AbortController();
      const request = new Request(URL_, { signal: controller.signal });
      const called = tracedFetch(fakeFetch(untilAborted))(request);
      controller.abort();
      await expect(called).rejects.toThrow('aborted');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('is an error where the signal was a time limit', async () => {
      const controller = new AbortController();
      const called = tracedFetch(fakeFetch(untilAborted))(URL_, { signal: controller.signal });
      controller.abort(new DOMException('timed out', 'TimeoutError'));
      await expect(called).rejects.toThrow('timed out');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.ERROR);
    });

    it('is an error where something else failed first', async () => {
      const controller = new AbortController();
      const failing = fakeFetch(() => Promise.reject(new Error('broken pipe')));
      controller.abort();
      await expect(tracedFetch(failing)(URL_, {})).rejects.toThrow('broken pipe');
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.ERROR);
    });
  });

  function lockedResponse(): Response {
    const response = new Response('x');
    response.body?.getReader();
    return response;
  }

  describe('the body of the response', () => {
    /** A response whose body the test feeds. */
    function fed(): {
      response: Response;
      controller: ReadableStreamDefaultController;
      cancelled: unknown[];
    } {
      const cancelled: unknown[] = [];
      let controller: ReadableStreamDefaultController | undefined;
      const body = new ReadableStream({
        start(given) {
          controller = given;
        },
        cancel: reason => void cancelled.push(reason),
      });
      if (controller === undefined) throw new Error('no controller');
      return {
        response: new Response(body, { headers: { 'x-a': '1' }, statusText: 'Fine' }),
        controller,
        cancelled,
      };
    }
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

    it('keeps the span open until it was read, piece by piece', async () => {
      const { response, controller } = fed();
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      const reader = got.body?.getReader();
      controller.enqueue(bytes('one'));
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one');
      expect(tracing.spans()).toEqual([]);
      controller.enqueue(bytes('two'));
      controller.close();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('two');
      expect((await reader?.read())?.done).toBe(true);
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('ends the span of a short body that nobody reads', async () => {
      await tracedFetch(fakeFetch(ok))(URL_);
      await eventually(() => tracing.span('GET'));
    });

    it('is not read far ahead of its reader', async () => {
      let pulled = 0;
      const body = new ReadableStream({
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(16 * 1024));
        },
      });
      const response = await tracedFetch(fakeFetch(() => new Response(body)))(URL_);
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      await new Promise(resolve => setImmediate(resolve));
      expect(pulled).toBeLessThanOrEqual(7);
      expect(tracing.spans()).toEqual([]);
      await response.body?.cancel();
      tracing.span('GET');
    });

    it('ends the span of a long body that is forgotten', async () => {
      const gc = await garbageCollector();
      const endless = (): Response =>
        new Response(
          new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(64 * 1024)) }),
        );
      await tracedFetch(fakeFetch(endless))(URL_);
      await eventually(() => {
        gc();
        tracing.span('GET');
      });
    });

    it('that is cancelled cancels its source, and is no error', async () => {
      const { response, cancelled } = fed();
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      await got.body?.cancel('enough');
      expect(cancelled).toEqual(['enough']);
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('that is cancelled while a piece of it is on its way is no error', async () => {
      const got = await tracedFetch(fakeFetch(() => new Response('short')))(URL_);
      await got.body?.cancel();
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
      expect(tracing.span('GET').events).toEqual([]);
    });

    it('that breaks off fails for its reader with the very error, and is one', async () => {
      const { response, controller } = fed();
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      const error = new TypeError('terminated');
      controller.error(error);
      await expect(got.text()).rejects.toBe(error);
      expect(tracing.span('GET').status).toEqual({ code: SpanStatusCode.ERROR, message: 'terminated' });
    });

    it('that the own signal breaks off is no error', async () => {
      const { response, controller } = fed();
      const abort = new AbortController();
      const got = await tracedFetch(fakeFetch(() => response))(URL_, { signal: abort.signal });
      abort.abort();
      controller.error(abort.signal.reason);
      await expect(got.text()).rejects.toBe(abort.signal.reason);
      expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('can be read into a buffer of the reader', async () => {
      const response = await tracedFetch(fakeFetch(() => new Response('hello')))(URL_);
      const reader = response.body?.getReader({ mode: 'byob' });
      const { value } = (await reader?.read(new Uint8Array(16))) ?? {};
      expect(new TextDecoder().decode(value)).toBe('hello');
      expect((await reader?.read(new Uint8Array(16)))?.done).toBe(true);
      tracing.span('GET');
    });

    it('may come in pieces of shared memory, which stays whole, and in empty ones', async () => {
      const { response, controller } = fed();
      const pool = bytes('shared memory');
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      controller.enqueue(pool.subarray(0, 6));
      controller.enqueue(new Uint8Array());
      controller.enqueue(pool.subarray(6));
      controller.close();
      expect(await got.text()).toBe('shared memory');
      expect(new TextDecoder().decode(pool)).toBe('shared memory');
    });

    it('leaves the response what it was: headers, status, URL, clones', async () => {
      const { response, controller } = fed();
      response.headers.append('set-cookie', 'a=1');
      response.headers.append('set-cookie', 'b=2');
      Object.defineProperty(response, 'url', { value: URL_ });
      Object.defineProperty(response, 'redirected', { value: true });
      controller.enqueue(bytes('x'));
      controller.close();
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      for (const one of [got, got.clone()]) {
        expect(one).toBeInstanceOf(Response);
        expect(one).toMatchObject({ url: URL_, redirected: true, status: 200, statusText: 'Fine', ok: true });
        expect(one.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
        expect(await one.text()).toBe('x');
      }
    });

    it('with a status of its own making is read like any other', async () => {
      const { response, controller } = fed();
      Object.defineProperty(response, 'status', { value: 999 });
      controller.enqueue(bytes('x'));
      controller.close();
      const got = await tracedFetch(fakeFetch(() => response))(URL_);
      expect([got.status, got.clone().status, await got.text()]).toEqual([999, 999, 'x']);
    });

    it('that is not there ends the span at once, and the response is the given one', async () => {
      const response = new Response(null, { status: 204 });
      expect(await tracedFetch(fakeFetch(() => response))(URL_)).toBe(response);
      tracing.span('GET');
    });

    it.each([
      ['an opaque response', () => Response.error()],
      ['a response of another library', () => ({ status: 200, headers: new Map() })],
      ['a response that somebody reads already', () => lockedResponse()],
      ['nothing', () => undefined],
    ])('%s comes back as it is', async (_, make) => {
      const answer = make() as Response;
      expect(await tracedFetch(async () => answer)(URL_)).toBe(answer);
      tracing.span('GET');
    });
  });

  it('a method that nobody knows is _OTHER, and known ones are told in upper case', async () => {
    const fetch = tracedFetch(fakeFetch(ok));
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
    const fetch = tracedFetch(async () => ok());
    await (await fetch('https://ann:s3cret@a.example/?sig=s3cret')).text();
    expect(tracing.span('GET').attributes['url.full']).toBe('https://a.example/?sig=REDACTED');
  });

  it("leaves it to fetch to refuse arguments, in fetch's own words", async () => {
    const plain: unknown = await globalThis.fetch('no url').catch((error: unknown) => error);
    const traced: unknown = await tracedFetch()('no url').catch((error: unknown) => error);
    expect(String(traced)).toBe(String(plain));
    const headers = { 'bad name': '1' };
    await expect(tracedFetch(fakeFetch(ok))(URL_, { headers })).rejects.toThrow('bad name');
    const throwing = {
      get method(): string {
        throw new Error('my getter');
      },
    };
    await expect(tracedFetch(fakeFetch(ok))(URL_, throwing)).rejects.toThrow('my getter');
    expect(tracing.spans()).toHaveLength(3);
  });

  it('makes no span and sends nothing where tracing is suppressed', async () => {
    const fake = fakeFetch(ok);
    await trace.suppress(async () => (await tracedFetch(fake)(URL_)).text());
    expect(tracing.spans()).toEqual([]);
    expect(fake.calls[0]?.request.headers.has('traceparent')).toBe(false);
  });

  it('looks the global fetch up at each call', async () => {
    const fetch = tracedFetch();
    const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('later'));
    try {
      expect(await (await fetch(URL_)).text()).toBe('later');
    } finally {
      spy.mockRestore();
    }
  });
});

describe('tracedFetch without init()', () => {
  it('is the given fetch: same arguments, same response', async () => {
    const response = ok();
    const init = { headers: { a: '1' } };
    const calls: unknown[][] = [];
    const fetch = tracedFetch(async (...given) => {
      calls.push(given);
      return response;
    });
    expect(await fetch(URL_, init)).toBe(response);
    expect(calls[0]?.[0]).toBe(URL_);
    expect(calls[0]?.[1]).toBe(init);
  });
});

async function garbageCollector(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
