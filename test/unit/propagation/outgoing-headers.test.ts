import { propagation, ROOT_CONTEXT, type TextMapPropagator, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { W3CBaggagePropagator } from '../../../src/propagation/baggage-propagator.js';
import { CompositePropagator } from '../../../src/propagation/composite-propagator.js';
import { createOutgoingHeaders, replaceInList } from '../../../src/propagation/outgoing-headers.js';
import { W3CPropagator } from '../../../src/propagation/w3c-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const TRACEPARENT = `00-${SPAN.traceId}-${SPAN.spanId}-01`;

function register(): void {
  propagation.setGlobalPropagator(new CompositePropagator([new W3CPropagator(), new W3CBaggagePropagator()]));
  onTestFinished(() => propagation.disable());
}

it('describes the headers to write, and stale trace headers to remove, but not baggage', () => {
  register();
  const context = trace.setSpanContext(ROOT_CONTEXT, SPAN);
  expect(createOutgoingHeaders(context, undefined)).toEqual({
    entries: [['traceparent', TRACEPARENT]],
    replaced: new Set(['traceparent', 'tracestate']),
    stale: ['tracestate'],
  });
  const baggage = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }));
  expect(createOutgoingHeaders(baggage, undefined)).toMatchObject({
    entries: [['baggage', 'a=1']],
    stale: [],
  });
  expect(createOutgoingHeaders(ROOT_CONTEXT, undefined)).toBeUndefined();
});

it.each([
  [
    ['Host', 'h', 'TraceParent', 'x', 'A', '1'],
    ['Host', 'h', 'A', '1', 'traceparent', TRACEPARENT],
  ],
  [
    [
      ['Host', 'h'],
      ['tracestate', 'x'],
    ],
    [
      ['Host', 'h'],
      ['traceparent', TRACEPARENT],
    ],
  ],
  [[['tracestate', 'x']], [['traceparent', TRACEPARENT]]],
  [[], ['traceparent', TRACEPARENT]],
  [['odd'], ['odd']],
])('replaceInList(%j)', (list, expected) => {
  register();
  const headers = createOutgoingHeaders(trace.setSpanContext(ROOT_CONTEXT, SPAN), undefined)!;
  const copy = structuredClone(list);
  expect(replaceInList(list, headers)).toEqual(expected);
  expect(list).toEqual(copy);
});

function registerOne(inject: TextMapPropagator['inject']): void {
  propagation.setGlobalPropagator({ inject, extract: context => context, fields: () => [] });
  onTestFinished(() => propagation.disable());
}

it('the last value of a header that a propagator sets twice applies', () => {
  registerOne((_context, carrier, setter) => {
    for (const value of ['1', '2']) setter.set(carrier, 'x-trace', value);
  });
  expect(createOutgoingHeaders(ROOT_CONTEXT, undefined)?.entries).toEqual([['x-trace', '2']]);
});

it('a propagator that throws adds no headers, not even those that it set before, and is reported', () => {
  registerOne((_context, carrier, setter) => {
    setter.set(carrier, 'x-trace', '1');
    throw new Error('broken');
  });
  const captured = captureDiagnostics(() => {
    expect(createOutgoingHeaders(ROOT_CONTEXT, undefined)).toBeUndefined();
  });
  expect(captured).toHaveLength(1);
  expect(captured[0]?.message).toContain('the registered propagator');
});
