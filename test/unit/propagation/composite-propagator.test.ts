import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { getBaggageEntries } from '../../../src/propagation/baggage.js';
import { W3CBaggagePropagator } from '../../../src/propagation/baggage-propagator.js';
import { CompositePropagator } from '../../../src/propagation/composite-propagator.js';
import { DatadogPropagator } from '../../../src/propagation/datadog-propagator.js';
import { W3CPropagator } from '../../../src/propagation/w3c-propagator.js';

const W3C = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
const DATADOG = { 'x-datadog-trace-id': '3', 'x-datadog-parent-id': '4' };

describe('CompositePropagator', () => {
  it('skips a propagator that throws', () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const broken = { inject: fail, extract: fail, fields: fail };
    const propagator = new CompositePropagator([broken, new W3CPropagator()]);
    const context = propagator.extract(ROOT_CONTEXT, W3C, defaultTextMapGetter);
    const carrier: Record<string, string> = {};
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toEqual(W3C);
  });

  it('keeps the first trace that it finds, and the baggage of a later propagator', () => {
    const propagator = new CompositePropagator([
      new W3CPropagator(),
      new DatadogPropagator(),
      new W3CBaggagePropagator(),
    ]);
    const carrier = { ...W3C, ...DATADOG, baggage: 'a=1' };
    const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(trace.getSpanContext(context)?.traceId).toBe('1'.repeat(32));
    expect(getBaggageEntries(context)).toEqual({ a: '1' });
  });

  it('lists each field once', () => {
    const propagator = new CompositePropagator([new W3CPropagator(), new W3CPropagator()]);
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  });
});
