import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { suppressTracing } from '../../../src/core/suppression.js';
import { GooglePropagator } from '../../../src/propagation/google-propagator.js';

const propagator = new GooglePropagator();
const TRACE = '105445aa7843bc8bf206b12000100000';

it.each([
  [`${TRACE}/1311768467463790320;o=1`, '123456789abcdef0', 1],
  [`${TRACE}/1;o=0`, '0000000000000001', 0],
  [`${TRACE.toUpperCase()}/1`, '0000000000000001', 1],
])('extracts %s', (header, spanId, traceFlags) => {
  const context = propagator.extract(ROOT_CONTEXT, { 'x-cloud-trace-context': header }, defaultTextMapGetter);
  expect(trace.getSpanContext(context)).toEqual({ traceId: TRACE, spanId, traceFlags, isRemote: true });
});

it.each(['', TRACE, `${TRACE}/0`, `${TRACE}/99999999999999999999`, `${'0'.repeat(32)}/1`, 'x/1;o=1'])(
  'refuses %j',
  header => {
    const carrier = { 'x-cloud-trace-context': header };
    expect(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
  },
);

it.each([
  ['without a span', ROOT_CONTEXT],
  ['with an invalid span', trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT)],
  [
    'with suppressed tracing',
    suppressTracing(
      trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE, spanId: '123456789abcdef0', traceFlags: 1 }),
    ),
  ],
])('injects nothing %s', (_, context) => {
  const carrier = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  expect(carrier).toEqual({});
});

it.each([0, 1])('injects the form of Google with o=%i', traceFlags => {
  const carrier = {};
  const span = { traceId: TRACE, spanId: '123456789abcdef0', traceFlags };
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
  expect(carrier).toEqual({ 'x-cloud-trace-context': `${TRACE}/1311768467463790320;o=${traceFlags}` });
  expect(propagator.fields()).toEqual(['x-cloud-trace-context']);
});

it('returns the context of a request without the header', () => {
  expect(propagator.extract(ROOT_CONTEXT, { traceparent: 'x' }, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
});
