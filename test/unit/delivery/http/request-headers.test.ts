import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import { callHeaders, type HeaderRecord } from '../../../../src/delivery/http/request-headers.js';

const never = new AbortController().signal;
/** A function of the application may return anything. */
const returning = (value: unknown) => (): HeaderRecord => value as HeaderRecord;

afterEach(() => context.disable());

describe('the headers function', () => {
  it.each<[string, () => HeaderRecord | Promise<HeaderRecord>]>([
    ['returns headers', () => ({ authorization: 'Bearer t1\n' })],
    ['resolves with headers', async () => ({ authorization: ' Bearer t1 ' })],
    ['returns an object without a prototype', returning({ __proto__: null, authorization: 'Bearer t1' })],
  ])('%s, without blanks around the values', async (_, getHeaders) => {
    expect(await callHeaders(getHeaders, never)).toEqual({ headers: { authorization: 'Bearer t1' } });
  });

  it('runs without tracing, because it may request a token', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const suppressed: boolean[] = [];
    await callHeaders(async () => {
      suppressed.push(isTracingSuppressed(context.active()));
      await Promise.resolve();
      suppressed.push(isTracingSuppressed(context.active()));
      return {};
    }, never);
    expect(suppressed).toEqual([true, true]);
  });
});

describe('the request fails if the headers function', () => {
  const thrown = (): never => {
    throw new Error('no token');
  };
  it.each<[string, () => HeaderRecord | Promise<HeaderRecord>, string]>([
    ['throws', thrown, 'Error: no token'],
    ['rejects', () => Promise.reject(new Error('no token')), 'Error: no token'],
    ['returns nothing', returning(undefined), 'it returned no valid headers'],
    ['returns a list', returning([['a', 'b']]), 'it returned no valid headers'],
    ['returns a number as a value', returning({ a: 1 }), 'it returned no valid headers'],
    ['returns a value with a line end', returning({ a: 'x\ny' }), 'it returned no valid headers'],
    ['returns a name with a blank', returning({ 'a b': 'x' }), 'it returned no valid headers'],
  ])('%s', async (_, getHeaders, message) => {
    const failure = { kind: 'failure', code: 'HEADERS', message, isRequestSent: false, wireBytes: 0 };
    expect(await callHeaders(getHeaders, never)).toEqual(failure);
  });

  it('does not return before the request is aborted', async () => {
    const request = new AbortController();
    const result = callHeaders(() => new Promise(() => undefined), request.signal);
    request.abort();
    expect(await result).toMatchObject({ code: 'HEADERS', message: 'it did not return in time' });
    expect(await callHeaders(() => new Promise(() => undefined), request.signal)).toMatchObject({
      code: 'HEADERS',
    });
  });
});
