import {
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { W3CPropagator } from '../../../src/propagation/w3c-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const header = (flags: string): string => `00-${TRACE_ID}-${SPAN_ID}-${flags}`;
const propagator = new W3CPropagator();

const extract = (carrier: unknown, base: Context = ROOT_CONTEXT): Context =>
  propagator.extract(base, carrier, defaultTextMapGetter);
const inject = (context: Context): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
};

describe('W3CPropagator', () => {
  it('passes on an extracted context unchanged in a process without spans', () => {
    const carrier = { traceparent: header('02'), tracestate: 'rojo= 1 ,congo=2' };
    expect(inject(extract(carrier))).toEqual(carrier);
  });

  it('finds names in any case and values in Buffers, with any getter', () => {
    const carrier = { TraceParent: Buffer.from(header('01')), TRACESTATE: ['a=1', 'b=2'] };
    expect(inject(extract(carrier))).toEqual({ traceparent: header('01'), tracestate: 'a=1,b=2' });
  });

  it('keeps the random flag with spans of a tracer that drops it', () => {
    const remote = extract({ traceparent: header('03') });
    const span = new BasicTracerProvider().getTracer('test').startSpan('work', {}, remote);
    expect(inject(trace.setSpan(remote, span)).traceparent).toBe(
      `00-${TRACE_ID}-${span.spanContext().spanId}-03`,
    );
  });

  it('does not set the random flag of another trace', () => {
    const remote = extract({ traceparent: header('03') });
    const other = { traceId: 'f'.repeat(32), spanId: SPAN_ID, traceFlags: 1 };
    expect(inject(trace.setSpanContext(remote, other)).traceparent).toBe(
      `00-${'f'.repeat(32)}-${SPAN_ID}-01`,
    );
  });

  it('writes a changed tracestate in its canonical form', () => {
    const context = extract({ traceparent: header('01'), tracestate: 'a=1 , b=2' });
    const spanContext = trace.getSpanContext(context);
    const state = spanContext?.traceState;
    if (spanContext === undefined || state === undefined) throw new Error('the header above is valid');
    const write = (traceState: typeof state): string | undefined =>
      inject(trace.setSpanContext(ROOT_CONTEXT, { ...spanContext, traceState })).tracestate;
    expect(write(state)).toBe('a=1 , b=2');
    expect(write(state.set('ot', 'th:8'))).toBe('ot=th:8,a=1,b=2');
    expect(write(state.unset('a'))).toBe('b=2');
    expect(write(state.set('BAD', '1'))).toBe('a=1 , b=2');
    expect(write(state.unset('a').unset('b'))).toBeUndefined();
    expect(write(createTraceState('x=1'))).toBe('x=1');
  });

  it('does not pass on white space of unlimited length', () => {
    const text = `a=1${' '.repeat(100_000)},b=2`;
    expect(inject(extract({ traceparent: header('01'), tracestate: text })).tracestate).toBe('a=1,b=2');
  });

  it('writes nothing without a valid span, or while tracing is suppressed', () => {
    const valid = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });
    const zero = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0'.repeat(32),
      spanId: SPAN_ID,
      traceFlags: 1,
    });
    expect([ROOT_CONTEXT, zero, suppressTracing(valid)].map(inject)).toEqual([{}, {}, {}]);
    expect(inject(valid)).toEqual({ traceparent: header('01') });
  });

  it.each([
    [{ traceparent: header('01').toUpperCase() }, 'the trace id is not 32 lower-case hex digits'],
    [{ traceparent: header('01').replace(/^00/, 'ff') }, 'version ff is forbidden'],
    [{ traceparent: `00-${'0'.repeat(32)}-${SPAN_ID}-01` }, 'the trace id is all zeros'],
    [{ traceparent: `00-${TRACE_ID}-${'0'.repeat(16)}-01` }, 'the parent id is all zeros'],
    [{ traceparent: `${header('01')}-more` }, 'version 00 has no fields after the flags'],
    [{ traceparent: header('zz') }, 'the flags are not two lower-case hex digits'],
    [{ traceparent: 'x'.repeat(100_000) }, 'it is not of the form version-traceid-parentid-flags'],
    [{ traceparent: [header('01'), header('00')] }, 'it was received 2 times'],
  ])('ignores %.80j and reports the reason at debug level', (carrier, reason) => {
    const captured = captureDiagnostics(() => {
      expect(extract(carrier)).toBe(ROOT_CONTEXT);
    });
    expect(captured).toMatchObject([{ level: 'debug', code: 'header_rejected', source: 'traceparent' }]);
    expect(captured[0]?.message).toContain(`was ignored: ${reason}`);
    expect(captured[0]?.message.length).toBeLessThan(300);
  });

  it('reports nothing for a carrier without a trace', () => {
    expect(captureDiagnostics(() => void extract({ other: '1' }))).toEqual([]);
  });

  it('continues the trace without a malformed tracestate, which it reports', () => {
    const captured = captureDiagnostics(() => {
      const context = extract({ traceparent: header('01'), tracestate: 'a=1,BAD=2' });
      expect(inject(context)).toEqual({ traceparent: header('01') });
    });
    expect(captured).toMatchObject([{ level: 'debug', code: 'header_rejected', source: 'tracestate' }]);
  });

  it('catches errors of getters and setters', () => {
    const fail = (): never => {
      throw new Error('hostile');
    };
    const valid = extract({ traceparent: header('01') });
    expect(propagator.extract(valid, {}, { get: fail, keys: fail })).toBe(valid);
    expect(() => propagator.inject(valid, {}, { set: fail })).not.toThrow();
    expect(extract(null)).toBe(ROOT_CONTEXT);
  });

  it('lists its fields', () => {
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  });
});
