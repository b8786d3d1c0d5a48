import { type Context, context as contextApi, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import { inject } from '../../../src/propagation/inject.js';
import { selectPropagator } from '../../../src/propagation/select-propagator.js';

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const contextWithSpan: Context = trace.setSpanContext(ROOT_CONTEXT, spanContext);

afterEach(() => {
  propagation.disable();
  contextApi.disable();
});

describe('inject', () => {
  it('writes nothing without a registered propagator', () => {
    expect(inject({}, contextWithSpan)).toEqual({});
  });

  it('writes any kind of carrier with the registered propagator', () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const carrier = inject(new Map<string, string>(), contextWithSpan);
    expect(carrier.get('traceparent')).toBe(TRACEPARENT);
  });

  it('writes the active context into a new plain object by default', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c']));
    contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    contextApi.with(contextWithSpan, () => {
      expect(inject()).toEqual({ traceparent: TRACEPARENT });
    });
  });

  it('returns the given carrier', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c']));
    const headers = new Headers();
    expect(inject(headers, contextWithSpan)).toBe(headers);
  });

  it('returns the carrier unchanged if the registered propagator throws', () => {
    const fail = (): never => {
      throw new Error('foreign');
    };
    propagation.setGlobalPropagator({ inject: fail, extract: fail, fields: () => [] });
    expect(inject({ mine: 1 }, contextWithSpan)).toEqual({ mine: 1 });
  });

  it.each([null, undefined, 42, 'text'])('does not throw for %s, which is not a carrier', carrier => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(() => inject(carrier as unknown as object, contextWithSpan)).not.toThrow();
  });
});
