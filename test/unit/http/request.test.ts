import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addContextHeaders, type FetchArguments, readFetchRequest } from '../../../src/http/request.js';

const URL_ = 'https://api.example/orders';
const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const context = trace.setSpanContext(ROOT_CONTEXT, parent);
const TRACEPARENT = `00-${parent.traceId}-${parent.spanId}-01`;

beforeEach(() => void propagation.setGlobalPropagator(new W3CTraceContextPropagator()));
afterEach(() => propagation.disable());

describe('readFetchRequest', () => {
  it('reads a URL, a URL object or a Request', () => {
    expect(readFetchRequest([URL_])).toEqual({ method: undefined, url: URL_, signal: undefined });
    const url = new URL(URL_);
    expect(readFetchRequest([url, { method: 'PUT' }])).toMatchObject({ method: 'PUT', url });
    const request = new Request(URL_, { method: 'POST' });
    expect(readFetchRequest([request])).toEqual({ method: 'POST', url: URL_, signal: request.signal });
  });

  it('prefers the second argument to the Request', () => {
    const { signal } = new AbortController();
    const request = new Request(URL_, { method: 'POST' });
    expect(readFetchRequest([request, { method: 'DELETE', signal }])).toEqual({
      method: 'DELETE',
      url: URL_,
      signal,
    });
  });

  it('returns nothing if a getter throws', () => {
    const init = {
      get method(): string {
        throw new Error('getter');
      },
    };
    expect(readFetchRequest([URL_, init])).toEqual({
      method: undefined,
      url: undefined,
      signal: undefined,
    });
  });
});

describe('addContextHeaders', () => {
  const headersOf = ([input, init]: FetchArguments): Headers => new Request(input, init).headers;

  it('returns the same array without headers to add', () => {
    const args: FetchArguments = [URL_, {}];
    expect(addContextHeaders(args, ROOT_CONTEXT)).toBe(args);
  });

  it('adds the context to the headers of init, or else of the Request', () => {
    const init = { headers: { 'x-a': '1' } };
    const fromInit = headersOf(addContextHeaders([URL_, init], context));
    expect([fromInit.get('traceparent'), fromInit.get('x-a')]).toEqual([TRACEPARENT, '1']);
    expect(init).toEqual({ headers: { 'x-a': '1' } });
    const request = new Request(URL_, { headers: { 'x-b': '2' } });
    const fromRequest = headersOf(addContextHeaders([request], context));
    expect([fromRequest.get('traceparent'), fromRequest.get('x-b')]).toEqual([TRACEPARENT, '2']);
    expect(request.headers.has('traceparent')).toBe(false);
  });

  it('returns invalid arguments unchanged', () => {
    const args: FetchArguments = [URL_, { headers: { 'bad name': '1' } }];
    expect(addContextHeaders(args, context)).toBe(args);
  });
});
