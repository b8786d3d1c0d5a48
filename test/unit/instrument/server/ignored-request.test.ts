import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  isTracingSuppressed,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import { beforeEach, expect, it } from 'vitest';
import { ignoreRequest, isIgnoredRequest } from '../../../../src/instrument/server/ignored-request.js';
import { createExchange, startRecording } from '../../../support/server-recording.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`, baggage: 'tenant=a' };

beforeEach(() => {
  startRecording();
  propagation.disable();
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
});

it('marks only the request that is ignored', () => {
  const [request, response] = createExchange();
  const [other] = createExchange();
  expect(isIgnoredRequest(request)).toBe(false);
  ignoreRequest(request, response);
  expect([isIgnoredRequest(request), isIgnoredRequest(other)]).toEqual([true, false]);
});

it('returns a context in which nothing is traced, with trace and baggage of the caller', () => {
  const [request, response] = createExchange(CALLER);
  const ignored = ignoreRequest(request, response);
  expect(isTracingSuppressed(ignored)).toBe(true);
  expect(trace.getSpanContext(ignored)?.traceId).toBe(TRACE_ID);
  expect(propagation.getBaggage(ignored)?.getEntry('tenant')?.value).toBe('a');
});

it('runs the listeners of request and response in that context, with arguments, receiver and result', () => {
  const [request, response] = createExchange(CALLER);
  const ignored = ignoreRequest(request, response);
  for (const emitter of [request, response]) {
    const calls: unknown[] = [];
    emitter.on('custom', function (this: unknown, ...args: unknown[]) {
      calls.push(this, context.active(), args);
    });
    const isHandled = context.with(ROOT_CONTEXT, () => emitter.emit('custom', 1, 'two'));
    expect(calls).toEqual([emitter, ignored, [1, 'two']]);
    expect(calls[1]).toBe(ignored);
    expect([isHandled, emitter.emit('unheard')]).toEqual([true, false]);
  }
});
