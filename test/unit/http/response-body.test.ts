// The response body of traceFetch, on our own and on a foreign provider.

import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceFetch } from '../../../src/http/index.js';
import { eventually } from '../../support/eventually.js';
import { createFakeFetch } from '../../support/fake-fetch.js';
import { startForeignTracing, startOwnTracing, type TestTracing } from '../../support/providers.js';

const URL_ = 'https://api.example/orders?page=2';

const respondOk = (): Response => new Response('hello');

describe.each([
  ['our provider', startOwnTracing],
  ['a foreign provider', startForeignTracing],
] as const)('the response body on %s', (_, start) => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = start();
  });
  afterEach(() => tracing.stop());

  function createLockedResponse(): Response {
    const response = new Response('x');
    response.body?.getReader();
    return response;
  }

  /** Creates a response with a body that the test writes. */
  function createControlledResponse(): {
    response: Response;
    controller: ReadableStreamDefaultController;
    cancelled: unknown[];
  } {
    const cancelled: unknown[] = [];
    let controller: ReadableStreamDefaultController | undefined;
    const body = new ReadableStream({
      start(streamController) {
        controller = streamController;
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

  it('keeps the span open until its last chunk is read', async () => {
    const { response, controller } = createControlledResponse();
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    const reader = received.body?.getReader();
    controller.enqueue(bytes('one'));
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('one');
    expect(tracing.spans()).toEqual([]);
    controller.enqueue(bytes('two'));
    controller.close();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('two');
    expect((await reader?.read())?.done).toBe(true);
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('ends the span of a short body that is never read', async () => {
    await traceFetch(createFakeFetch(respondOk))(URL_);
    await eventually(() => tracing.span('GET'));
  });

  it('is read at most 64 KiB ahead, and a chunk', async () => {
    let pulled = 0;
    const body = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(16 * 1024));
      },
    });
    const response = await traceFetch(createFakeFetch(() => new Response(body)))(URL_);
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    await new Promise(resolve => setImmediate(resolve));
    expect(pulled).toBeLessThanOrEqual(7);
    expect(tracing.spans()).toEqual([]);
    await response.body?.cancel();
    tracing.span('GET');
  });

  it('ends the span of a long body when it is garbage-collected', async () => {
    const gc = await getGarbageCollector();
    const endless = (): Response =>
      new Response(new ReadableStream({ pull: controller => controller.enqueue(new Uint8Array(64 * 1024)) }));
    await traceFetch(createFakeFetch(endless))(URL_);
    await eventually(() => {
      gc();
      tracing.span('GET');
    });
  });

  it('cancels its source when it is cancelled, which is not an error', async () => {
    const { response, cancelled } = createControlledResponse();
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    await received.body?.cancel('enough');
    expect(cancelled).toEqual(['enough']);
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('may be cancelled during a read, which is not an error', async () => {
    const received = await traceFetch(createFakeFetch(() => new Response('short')))(URL_);
    await received.body?.cancel();
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
    expect(tracing.span('GET').events).toEqual([]);
  });

  it('that breaks off fails with the same error for its reader, and is an error of the span', async () => {
    const { response, controller } = createControlledResponse();
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    const error = new TypeError('terminated');
    controller.error(error);
    await expect(received.text()).rejects.toBe(error);
    expect(tracing.span('GET').status).toEqual({ code: SpanStatusCode.ERROR, message: 'terminated' });
  });

  it('that the signal of the call aborts is not an error', async () => {
    const { response, controller } = createControlledResponse();
    const abort = new AbortController();
    const received = await traceFetch(createFakeFetch(() => response))(URL_, { signal: abort.signal });
    abort.abort();
    controller.error(abort.signal.reason);
    await expect(received.text()).rejects.toBe(abort.signal.reason);
    expect(tracing.span('GET').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('can be read into the buffer of its reader', async () => {
    const response = await traceFetch(createFakeFetch(() => new Response('hello')))(URL_);
    const reader = response.body?.getReader({ mode: 'byob' });
    const { value } = (await reader?.read(new Uint8Array(16))) ?? {};
    expect(new TextDecoder().decode(value)).toBe('hello');
    expect((await reader?.read(new Uint8Array(16)))?.done).toBe(true);
    tracing.span('GET');
  });

  it('may have empty chunks, and chunks of a shared buffer, which is not detached', async () => {
    const { response, controller } = createControlledResponse();
    const pool = bytes('shared memory');
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    controller.enqueue(pool.subarray(0, 6));
    controller.enqueue(new Uint8Array());
    controller.enqueue(pool.subarray(6));
    controller.close();
    expect(await received.text()).toBe('shared memory');
    expect(new TextDecoder().decode(pool)).toBe('shared memory');
  });

  it('leaves headers, status, URL and clones of the response unchanged', async () => {
    const { response, controller } = createControlledResponse();
    response.headers.append('set-cookie', 'a=1');
    response.headers.append('set-cookie', 'b=2');
    Object.defineProperty(response, 'url', { value: URL_ });
    Object.defineProperty(response, 'redirected', { value: true });
    controller.enqueue(bytes('x'));
    controller.close();
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    for (const each of [received, received.clone()]) {
      expect(each).toBeInstanceOf(Response);
      expect(each).toMatchObject({
        url: URL_,
        redirected: true,
        status: 200,
        statusText: 'Fine',
        ok: true,
      });
      expect(each.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(await each.text()).toBe('x');
    }
  });

  it('of a response with a replaced status is readable', async () => {
    const { response, controller } = createControlledResponse();
    Object.defineProperty(response, 'status', { value: 999 });
    controller.enqueue(bytes('x'));
    controller.close();
    const received = await traceFetch(createFakeFetch(() => response))(URL_);
    expect([received.status, received.clone().status, await received.text()]).toEqual([999, 999, 'x']);
  });

  it('that is missing ends the span at once, and the response is returned itself', async () => {
    const response = new Response(null, { status: 204 });
    expect(await traceFetch(createFakeFetch(() => response))(URL_)).toBe(response);
    tracing.span('GET');
  });

  it.each([
    ['an opaque response', () => Response.error()],
    ['a response of another library', () => ({ status: 200, headers: new Map() })],
    ['a response that is read already', () => createLockedResponse()],
    ['nothing', () => undefined],
  ])('of %s is not observed, and the response is returned itself', async (_, createResponse) => {
    const response = createResponse() as Response;
    expect(await traceFetch(async () => response)(URL_)).toBe(response);
    tracing.span('GET');
  });
});

async function getGarbageCollector(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
