import { type Context, context as contextApi, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import { extract } from '../../../src/propagation/extract.js';
import { selectPropagator } from '../../../src/propagation/select-propagator.js';

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const contextWithSpan: Context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
const traceIdOf = (context: Context): string | undefined => trace.getSpanContext(context)?.traceId;

afterEach(() => {
  propagation.disable();
  contextApi.disable();
});

describe('extract', () => {
  it('returns the base without a registered propagator', () => {
    expect(extract({ traceparent: TRACEPARENT }, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });

  it('reads any kind of carrier with the registered propagator', () => {
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    expect(traceIdOf(extract([['TraceParent', Buffer.from(TRACEPARENT)]], ROOT_CONTEXT))).toBe(
      spanContext.traceId,
    );
  });

  it('extends the active context by default', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c']));
    contextApi.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    contextApi.with(contextWithSpan, () => {
      expect(traceIdOf(extract({}))).toBe(spanContext.traceId);
    });
  });

  it('returns the base if the registered propagator throws', () => {
    const fail = (): never => {
      throw new Error('foreign');
    };
    propagation.setGlobalPropagator({ inject: fail, extract: fail, fields: () => [] });
    expect(extract({ traceparent: TRACEPARENT }, contextWithSpan)).toBe(contextWithSpan);
  });

  it.each([null, undefined, 42, 'text'])('returns the base for %s, which is not a carrier', carrier => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(extract(carrier, ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });
});
