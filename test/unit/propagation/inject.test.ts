import { type Context, context as contextApi, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import {
  addBaggageEntries,
  getBaggageEntries,
  injectIntoEnvironment,
  extractFromEnvironment,
  extract,
  inject,
  selectPropagator,
} from '../../../src/propagation/index.js';

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const withSpan: Context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId;

afterEach(() => {
  propagation.disable();
  contextApi.disable();
});

describe('inject and extract', () => {
  it('do nothing when no propagator is registered', () => {
    expect(inject({}, withSpan)).toEqual({});
    expect(extract({ traceparent: TRACEPARENT }, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });

  it('go through whatever propagator is registered, with the carriers of this package', () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const carrier = inject(new Map<string, string>(), withSpan);
    expect(carrier.get('traceparent')).toBe(TRACEPARENT);
    expect(traceIdOf(extract([['TraceParent', Buffer.from(TRACEPARENT)]], ROOT_CONTEXT))).toBe(
      spanContext.traceId,
    );
  });

  it('use the active context, and a new plain object', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c']));
    contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    contextApi.with(withSpan, () => {
      expect(inject()).toEqual({ traceparent: TRACEPARENT });
      expect(traceIdOf(extract({}))).toBe(spanContext.traceId);
    });
  });

  it('give the very carrier back', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c']));
    const headers = new Headers();
    expect(inject(headers, withSpan)).toBe(headers);
  });

  it('survive a foreign propagator that throws', () => {
    const fail = (): never => {
      throw new Error('foreign');
    };
    propagation.setGlobalPropagator({ inject: fail, extract: fail, fields: () => [] });
    expect(inject({ mine: 1 }, withSpan)).toEqual({ mine: 1 });
    expect(extract({ traceparent: TRACEPARENT }, withSpan)).toBe(withSpan);
  });

  it.each([null, undefined, 42, 'text'])('take a carrier that is none: %s', carrier => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(extract(carrier, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
    expect(() => inject(carrier as unknown as object, withSpan)).not.toThrow();
  });
});

describe('the environment of a process', () => {
  it('hands the context to a child, which reads it', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    const env = { PATH: '/bin', TRACESTATE: 'old=1', BAGGAGE: 'old=1' };
    const child = injectIntoEnvironment(env, addBaggageEntries({ a: '1' }, withSpan));
    expect(child).toEqual({ PATH: '/bin', TRACEPARENT, BAGGAGE: 'a=1' });
    expect(env).toEqual({ PATH: '/bin', TRACESTATE: 'old=1', BAGGAGE: 'old=1' });
    const got = extractFromEnvironment(child);
    expect(traceIdOf(got)).toBe(spanContext.traceId);
    expect(getBaggageEntries(got)).toEqual({ a: '1' });
  });

  it('is handed on as it is when there is no span and when nothing is registered', () => {
    const env = { TRACEPARENT, TRACESTATE: 'a=1', HOME: '/' };
    expect(injectIntoEnvironment(env, withSpan)).toEqual(env);
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(injectIntoEnvironment(env, ROOT_CONTEXT)).toEqual(env);
    expect(injectIntoEnvironment(env, addBaggageEntries({ a: '1' }, ROOT_CONTEXT))).toEqual({ ...env, BAGGAGE: 'a=1' });
    expect(extractFromEnvironment({ HOME: '/' })).toBe(ROOT_CONTEXT);
  });
});
