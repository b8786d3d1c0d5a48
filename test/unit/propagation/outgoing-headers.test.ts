import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, it, onTestFinished } from 'vitest';
import { W3CBaggagePropagator } from '../../../src/propagation/baggage-propagator.js';
import { CompositePropagator } from '../../../src/propagation/composite-propagator.js';
import { createOutgoingHeaders, replaceInList } from '../../../src/propagation/outgoing-headers.js';
import { W3CPropagator } from '../../../src/propagation/w3c-propagator.js';

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
