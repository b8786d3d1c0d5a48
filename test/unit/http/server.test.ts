// handler on our own and on a foreign provider, with the calls of a server of the form Request -> Response.

import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import { getRPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { traceHandler } from '../../../src/http/index.js';
import { trace } from '../../../src/index.js';
import { createPropagationPolicy } from '../../../src/propagation/propagation-policy.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const CALLER = { traceparent: `00-${TRACE}-${PARENT}-01`, baggage: 'tenant=acme' };
const URL_ = 'https://shop.example/orders/4711?page=2';

const route = '/orders/:id';

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
] as const)('handler on %s', (_, start) => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = start();
  });
  afterEach(() => tracing.stop());

  it('creates a SERVER span with the attributes of the conventions, in the trace of the caller', async () => {
    const handle = traceHandler(() => new Response('ok', { status: 201 }), { route });
    const headers = { ...CALLER, 'user-agent': 'curl/8' };
    expect(await handle(new Request(URL_, { method: 'POST', headers })).text()).toBe('ok');
    const span = tracing.span('POST /orders/:id');
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.spanContext().traceId).toBe(TRACE);
    expect(span.parentSpanContext).toMatchObject({ spanId: PARENT, isRemote: true });
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/orders/:id',
      'url.scheme': 'https',
      'url.path': '/orders/4711',
      'url.query': 'page=2',
      'server.address': 'shop.example',
      'server.port': 443,
      'user_agent.original': 'curl/8',
      'http.response.status_code': 201,
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('passes a request whose traps throw to the handler unchanged', async () => {
    const fail = (): never => {
      throw new Error('trap');
    };
    const request = new Proxy({}, { get: fail, has: fail, getPrototypeOf: fail }) as Request;
    const mine = new Error('mine');
    expect(traceHandler((given: Request) => new Response(String(given === request)))(request)).toBeInstanceOf(
      Response,
    );
    const failing = traceHandler(async (given: Request): Promise<Response> => {
      throw given === request ? mine : new Error('another request');
    });
    await expect(failing(request)).rejects.toBe(mine);
  });

  it('records no status of an error response', async () => {
    const handle = traceHandler(async () => Response.error(), { route });
    expect((await handle(new Request(URL_))).type).toBe('error');
    expect(tracing.span('GET /orders/:id').attributes).not.toHaveProperty('http.response.status_code');
  });

  it('runs the handler in its span, with the baggage of the caller, this, and the arguments of the server', async () => {
    const app = {
      name: 'app',
      fetch: traceHandler(function (this: unknown, request: Request, env: { id: number }, ctx: string) {
        const active = trace.ids()?.traceId === TRACE && trace.getBaggage()['tenant'] === 'acme';
        return Response.json([(this as { name: string }).name, request.url, env.id, ctx, active]);
      }),
    };
    const response = app.fetch(new Request(URL_, { headers: CALLER }), { id: 7 }, 'ctx');
    expect(await response.json()).toEqual(['app', URL_, 7, 'ctx', true]);
  });

  it('does not use the active span as the parent: only the headers supply it', async () => {
    await trace.span('outer', () => traceHandler(() => new Response('ok'))(new Request(URL_)).text());
    expect(tracing.span('GET').parentSpanContext).toBeUndefined();
  });

  it.each([
    ['is missing', undefined, 'GET'],
    ['is the result of a function', () => '/found/:id', 'GET /found/:id'],
    ['is undefined', () => undefined, 'GET'],
    [
      'throws',
      () => {
        throw new Error('no router');
      },
      'GET',
    ],
  ])('never uses the path as the span name, if the route %s', async (_, given, name) => {
    const handle = traceHandler(() => new Response('ok'), given === undefined ? {} : { route: given });
    await handle(new Request(URL_)).text();
    expect(tracing.spans().map(span => span.name)).toEqual([name]);
  });

  it('calls the route function again after the handler, because a router may find the route later', async () => {
    const routes = new WeakMap<Request, string>();
    const handle = traceHandler(
      async request => {
        await Promise.resolve();
        routes.set(request, '/orders/:id');
        return new Response('ok');
      },
      { route: request => routes.get(request) },
    );
    await (await handle(new Request(URL_))).text();
    expect(tracing.span('GET /orders/:id').attributes['http.route']).toBe('/orders/:id');
  });

  it.each([
    [200, SpanStatusCode.UNSET],
    [302, SpanStatusCode.UNSET],
    [404, SpanStatusCode.UNSET],
    [499, SpanStatusCode.UNSET],
    [500, SpanStatusCode.ERROR],
    [503, SpanStatusCode.ERROR],
  ])('status %i: 5xx is an error, 4xx is not', async (status, code) => {
    const response = traceHandler(async () => new Response('x', { status }), { route })(new Request(URL_));
    expect((await response).status).toBe(status);
    await (await response).text();
    const span = tracing.span('GET /orders/:id');
    expect(span.status).toEqual({ code });
    expect(span.attributes['http.response.status_code']).toBe(status);
    expect(span.attributes['error.type']).toBe(code === SpanStatusCode.ERROR ? String(status) : undefined);
  });

  it('a status of 500 does not replace an error that the handler recorded', async () => {
    const handle = traceHandler(() => {
      trace.recordError(new RangeError('no such page'));
      return new Response('sorry', { status: 500 });
    });
    await handle(new Request(URL_)).text();
    const span = tracing.span('GET');
    expect(span.status.message).toBe('no such page');
    expect(span.attributes).toMatchObject({ 'error.type': 'RangeError', 'http.response.status_code': 500 });
  });

  it('an exception or rejection of the handler is recorded and rethrown', async () => {
    const error = new TypeError('broken');
    const throwing = traceHandler((): Response => {
      throw error;
    });
    expect(() => throwing(new Request(URL_))).toThrow(error);
    const rejecting = traceHandler(() => Promise.reject<Response>(error));
    await expect(rejecting(new Request(URL_))).rejects.toBe(error);
    for (const span of tracing.spans()) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
      expect(span.attributes['error.type']).toBe('TypeError');
    }
    expect(tracing.spans()).toHaveLength(2);
  });

  it('a thrown Response is a response, and an error only if its status is 5xx', () => {
    for (const status of [302, 500]) {
      const thrown = new Response(null, { status });
      const handle = traceHandler((): Response => {
        throw thrown;
      });
      expect(() => handle(new Request(URL_))).toThrow(thrown as never);
    }
    expect(
      tracing.spans().map(span => [span.attributes['http.response.status_code'], span.status.code]),
    ).toEqual([
      [302, SpanStatusCode.UNSET],
      [500, SpanStatusCode.ERROR],
    ]);
  });

  it('isError distinguishes control flow from failures', async () => {
    const redirect = new Error('NEXT_REDIRECT');
    const handle = traceHandler(() => Promise.reject<Response>(redirect), {
      isError: error => error !== redirect,
    });
    await expect(handle(new Request(URL_))).rejects.toBe(redirect);
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('a client that disconnects is not an error', async () => {
    const controller = new AbortController();
    const handle = traceHandler(
      request =>
        new Promise<Response>((_, reject) => {
          request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
        }),
    );
    const handled = handle(new Request(URL_, { signal: controller.signal }));
    controller.abort();
    await expect(handled).rejects.toThrow('aborted');
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('an AbortError of a request that ran for a client that disconnected is not an error', async () => {
    const controller = new AbortController();
    const handle = traceHandler(async request => {
      controller.abort();
      expect(request.signal.aborted).toBe(true);
      throw new DOMException('The query was cancelled', 'AbortError');
    });
    await expect(handle(new Request(URL_, { signal: controller.signal }))).rejects.toThrow('cancelled');
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it.each([
    ['an AbortError, if the client is still connected', false, new DOMException('timed out', 'AbortError')],
    ['another error after the client disconnected', true, new TypeError('broken')],
  ])('%s is an error', async (_, isAborted, error) => {
    const controller = new AbortController();
    const handle = traceHandler(async (): Promise<Response> => {
      if (isAborted) controller.abort();
      throw error;
    });
    await expect(handle(new Request(URL_, { signal: controller.signal }))).rejects.toBe(error);
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.ERROR);
  });

  describe('a streamed body', () => {
    const streaming = (next: (count: number) => string | undefined): Response => {
      let count = 0;
      const body = new ReadableStream({
        pull(controller) {
          trace.addEvent('pulled');
          const text = next(count++);
          if (text === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(text));
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };

    it('ends the span at its end, and is produced in the context of the span', async () => {
      const handle = traceHandler(() => streaming(count => ['a', 'b'][count]));
      const response = handle(new Request(URL_));
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(tracing.spans()).toEqual([]);
      expect(await response.text()).toBe('ab');
      expect(tracing.span('GET').events.map(event => event.name)).toContain('pulled');
    });

    it('that the client cancels ends the span, and is not an error', async () => {
      const response = traceHandler(() => streaming(() => 'more'))(new Request(URL_));
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      const span = tracing.span('GET');
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
    });

    it('that fails is an error, also for its reader', async () => {
      const response = traceHandler(() =>
        streaming(count => {
          if (count === 1) throw new Error('out of tokens');
          return 'a';
        }),
      )(new Request(URL_));
      await expect(response.text()).rejects.toThrow('out of tokens');
      expect(tracing.span('GET').status).toEqual({ code: SpanStatusCode.ERROR, message: 'out of tokens' });
    });

    it('of a response to HEAD is never read, and the span ends with the handler', () => {
      const given = new Response('ok');
      expect(traceHandler(() => given, { route })(new Request(URL_, { method: 'HEAD' }))).toBe(given);
      tracing.span('HEAD /orders/:id');
    });

    it('that is missing ends the span with the handler, and the response is returned itself', () => {
      const given = new Response(null, { status: 204 });
      expect(traceHandler(() => given)(new Request(URL_))).toBe(given);
      tracing.span('GET');
    });
  });

  it('an unknown method is _OTHER, and not the span name', async () => {
    await traceHandler(() => new Response('ok'))(new Request(URL_, { method: 'SCAN' })).text();
    expect(tracing.span('HTTP').attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'SCAN',
    });
  });

  it.each([
    ['a missing request', undefined],
    ['a request of plain properties', { method: 'GET', url: '/orders', headers: { 'X-A': '1' } }],
    [
      'a request whose getters throw',
      {
        get headers() {
          throw new Error('gone');
        },
        get url() {
          throw new Error('gone');
        },
      },
    ],
  ])('passes %s to the handler unchanged', async (_, request) => {
    const seen: unknown[] = [];
    const handle = traceHandler(given => {
      seen.push(given);
      return new Response('ok');
    });
    expect(await handle(request as unknown as Request).text()).toBe('ok');
    expect(seen).toEqual([request]);
    expect(seen[0]).toBe(request);
    expect(tracing.spans()).toHaveLength(1);
  });

  it('a result that is not a Response is returned unchanged', async () => {
    const odd = { status: 200 } as Response;
    expect(traceHandler(() => odd)(new Request(URL_))).toBe(odd);
    expect(await traceHandler(async () => odd)(new Request(URL_))).toBe(odd);
    expect(tracing.spans()).toHaveLength(2);
  });

  describe('below an instrumentation that created the SERVER span', () => {
    /** Runs work in the context that @opentelemetry/instrumentation-http creates for a request. */
    async function instrumented(work: () => Promise<unknown>): Promise<string | undefined> {
      const span = apiTrace.getTracer('http').startSpan('GET', { kind: SpanKind.SERVER });
      const metadata = { type: RPCType.HTTP, span } as const;
      const inRequest = setRPCMetadata(apiTrace.setSpan(ROOT_CONTEXT, span), metadata);
      await context.with(inRequest, work).catch(() => {});
      span.end();
      return getRPCMetadata(inRequest)?.route;
    }

    it('creates no second span, and sets the route of the first', async () => {
      const recordedRoute = await instrumented(() =>
        trace.span('middleware', () =>
          traceHandler(async () => trace.span('work', () => new Response('ok')), { route })(
            new Request(URL_),
          ),
        ),
      );
      expect(recordedRoute).toBe('/orders/:id');
      expect(tracing.spans().map(span => span.name)).toEqual(['work', 'middleware', 'GET /orders/:id']);
      expect(tracing.span('GET /orders/:id').attributes).toEqual({ 'http.route': '/orders/:id' });
    });

    it('records an exception of the handler, and rethrows it', async () => {
      const error = new RangeError('no such order');
      const failing = traceHandler((): Response => {
        throw error;
      });
      await instrumented(async () => expect(() => failing(new Request(URL_))).toThrow(error));
      const span = tracing.span('GET');
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no such order' });
      expect(span.attributes['error.type']).toBe('RangeError');
    });

    it('sets a route that is found later, and records the error of the handler', async () => {
      let found: string | undefined;
      const failing = traceHandler(
        async (): Promise<Response> => {
          found = '/late';
          throw new RangeError('no such order');
        },
        { route: () => found },
      );
      await instrumented(() => failing(new Request(URL_)));
      const span = tracing.span('GET /late');
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe('RangeError');
    });

    it('creates a span if that request has ended', async () => {
      let leaked: typeof ROOT_CONTEXT = ROOT_CONTEXT;
      await instrumented(async () => {
        leaked = context.active();
      });
      await context.with(leaked, () =>
        traceHandler(() => new Response('ok'), { route })(new Request(URL_)).text(),
      );
      tracing.span('GET /orders/:id');
    });
  });
});

describe('the option propagate.from', () => {
  it.each([
    ['of a trusted path', URL_, true],
    ['of another path', 'https://shop.example/public?page=2', false],
    ['whose URL is not absolute', '/orders/4711', false],
  ])('decides about the caller of a request %s', (_, url, isTrusted) => {
    const tracing = startOwnTracing();
    onTestFinished(() => tracing.stop());
    const sources: unknown[] = [];
    globalState.propagation = createPropagationPolicy({
      from: (headers, source) => {
        sources.push([headers['traceparent'], source]);
        return source.url.startsWith('/orders/4711?');
      },
    });
    onTestFinished(() => {
      globalState.propagation = undefined;
    });
    const request = { method: 'GET', url, headers: new Headers(CALLER) } as Request;
    expect(traceHandler(() => new Response(null), { route })(request).status).toBe(200);
    const path =
      url === URL_ ? '/orders/4711?page=2' : url.endsWith('public?page=2') ? '/public?page=2' : '/';
    expect(sources).toEqual([[CALLER.traceparent, { remoteAddress: undefined, url: path }]]);
    const span = tracing.span('GET /orders/:id');
    expect(span.spanContext().traceId === TRACE).toBe(isTrusted);
    expect(span.links.map(({ context: { spanId } }) => spanId)).toEqual(isTrusted ? [] : [PARENT]);
    if (path === '/') expect(span.attributes).not.toHaveProperty(['url.path']);
  });
});

describe('handler without init()', () => {
  it('passes the same arguments and response on', () => {
    const given = new Response('ok');
    const request = new Request(URL_);
    const seen: unknown[] = [];
    const handle = traceHandler((...args: [Request, number]) => {
      seen.push(...args);
      return given;
    });
    expect(handle(request, 7)).toBe(given);
    expect(seen).toEqual([request, 7]);
  });
});
