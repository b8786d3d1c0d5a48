import { type Context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { addBaggageEntries, getBaggageEntries } from '../../../src/propagation/baggage.js';
import {
  extractFromEnvironment,
  injectIntoEnvironment,
} from '../../../src/propagation/process-environment.js';
import { selectPropagator } from '../../../src/propagation/select-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const spanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
const contextWithSpan: Context = trace.setSpanContext(ROOT_CONTEXT, spanContext);

afterEach(() => propagation.disable());

describe('injectIntoEnvironment', () => {
  it('adds the context, which extractFromEnvironment reads in the child', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    const env = { PATH: '/bin', TRACESTATE: 'old=1', BAGGAGE: 'old=1' };
    const child = injectIntoEnvironment(env, addBaggageEntries({ a: '1' }, contextWithSpan));
    expect(child).toEqual({ PATH: '/bin', TRACEPARENT, BAGGAGE: 'a=1' });
    expect(env).toEqual({ PATH: '/bin', TRACESTATE: 'old=1', BAGGAGE: 'old=1' });
    const extracted = extractFromEnvironment(child);
    expect(trace.getSpanContext(extracted)?.traceId).toBe(spanContext.traceId);
    expect(getBaggageEntries(extracted)).toEqual({ a: '1' });
  });

  it('keeps the inherited context without a span, and without a registered propagator', () => {
    const env = { TRACEPARENT, TRACESTATE: 'a=1', HOME: '/' };
    expect(injectIntoEnvironment(env, contextWithSpan)).toEqual(env);
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(injectIntoEnvironment(env, ROOT_CONTEXT)).toEqual(env);
    expect(injectIntoEnvironment(env, addBaggageEntries({ a: '1' }, ROOT_CONTEXT))).toEqual({
      ...env,
      BAGGAGE: 'a=1',
    });
  });
});

describe('extractFromEnvironment', () => {
  it('returns the root context for an environment without context', () => {
    propagation.setGlobalPropagator(selectPropagator(['w3c', 'baggage']));
    expect(extractFromEnvironment({ HOME: '/' })).toBe(ROOT_CONTEXT);
  });

  it('reads with the given propagator', () => {
    const context = extractFromEnvironment({ TRACEPARENT }, selectPropagator(['w3c']));
    expect(trace.getSpanContext(context)?.traceId).toBe(spanContext.traceId);
  });

  it('returns the root context if the propagator throws, and reports it', () => {
    const extract = (): never => {
      throw new Error('foreign');
    };
    const captured = captureDiagnostics(() => {
      expect(extractFromEnvironment({ TRACEPARENT }, { extract })).toBe(ROOT_CONTEXT);
    });
    expect(captured).toMatchObject([{ code: 'callback_failed', source: 'the registered propagator' }]);
  });
});
