import {
  type Attributes,
  type Histogram,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, vi } from 'vitest';
import { createRequestTarget } from '../../../../src/core/request-target.js';
import { TracerProvider } from '../../../../src/engine/provider.js';
import { type ClientRequestStart, ClientSpan } from '../../../../src/instrument/client/client-span.js';
import { startRecording } from '../../../support/server-recording.js';

const TARGET = createRequestTarget('http', 'shop.example', 8080, '/a?sig=secret');

function startClientSpan(start: Partial<ClientRequestStart> = {}, durationHistogram?: Histogram) {
  const { provider, spans } = startRecording();
  const telemetry = { tracer: provider.getTracer('test'), durationHistogram };
  const usual = { method: 'GET', target: TARGET, attributes: undefined, parent: ROOT_CONTEXT };
  return { span: new ClientSpan(telemetry, { ...usual, ...start }), spans };
}

function createHistogram(record: Histogram['record']): Histogram {
  return { record } as Histogram;
}

describe('the start of a client span', () => {
  it('has the attributes of the target, and is the parent in the context of the request', () => {
    const { span, spans } = startClientSpan();
    expect(span.isObserved).toBe(true);
    span.end();
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ name: 'GET', kind: SpanKind.CLIENT, parentSpanContext: undefined });
    expect(spans[0]?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': 'shop.example',
      'server.port': 8080,
      'url.full': 'http://shop.example:8080/a?sig=REDACTED',
    });
    expect(trace.getSpanContext(span.context)).toEqual(spans[0]?.spanContext());
  });

  it('has no target without a valid URL, and the attributes of the application replace those of the conventions', () => {
    const { span, spans } = startClientSpan({
      target: undefined,
      attributes: { 'http.request.method': 'own', tenant: 'a' },
    });
    span.end();
    expect(spans[0]?.attributes).toEqual({ 'http.request.method': 'own', tenant: 'a' });
  });

  it('is not observed if it is neither recorded nor measured', () => {
    const tracer = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('test');
    const start = { method: 'GET', target: TARGET, attributes: undefined, parent: ROOT_CONTEXT };
    expect(new ClientSpan({ tracer, durationHistogram: undefined }, start).isObserved).toBe(false);
    const durationHistogram = createHistogram(() => {});
    expect(new ClientSpan({ tracer, durationHistogram }, start).isObserved).toBe(true);
  });
});

describe('the response', () => {
  it.each([
    [200, undefined, SpanStatusCode.UNSET],
    [399, undefined, SpanStatusCode.UNSET],
    [400, '400', SpanStatusCode.ERROR],
    [503, '503', SpanStatusCode.ERROR],
  ])('%d has the error type %s', (status, errorType, code) => {
    const { span, spans } = startClientSpan();
    span.recordResponse(status);
    span.end();
    expect(spans[0]?.attributes['http.response.status_code']).toBe(status);
    expect(spans[0]?.attributes['error.type']).toBe(errorType);
    expect(spans[0]?.status).toEqual({ code });
  });

  it('of a target that is known later has its attributes', () => {
    const { span, spans } = startClientSpan();
    span.setTarget(createRequestTarget('https', 'api.example', 443, '/b'));
    span.addAttributes({ 'network.protocol.version': '1.1' });
    span.end();
    expect(spans[0]?.attributes).toMatchObject({
      'server.address': 'api.example',
      'server.port': 443,
      'url.full': 'https://api.example/b',
      'network.protocol.version': '1.1',
    });
  });
});

describe('a failure', () => {
  const code = (error: Error, value: string): Error => Object.assign(error, { code: value });
  const named = (name: string, cause?: unknown): Error => Object.assign(new Error('x', { cause }), { name });

  it.each<[string, unknown, string]>([
    ['an error with a code', code(new Error('x'), 'ECONNREFUSED'), 'ECONNREFUSED'],
    ['an error of a class', new RangeError('x'), 'RangeError'],
    ['a time-out', named('TimeoutError'), 'TimeoutError'],
    ['an AbortError with a time-out as cause', named('AbortError', named('TimeoutError')), 'TimeoutError'],
    ['an AggregateError with a code', code(new AggregateError([]), 'ETIMEDOUT'), 'ETIMEDOUT'],
    [
      'an AggregateError whose first error has a code',
      new AggregateError([code(new Error('x'), 'ECONNREFUSED')]),
      'ECONNREFUSED',
    ],
    ['a text', 'failed', 'string'],
    ['undefined', undefined, 'undefined'],
  ])('%s has an error type', (_, error, errorType) => {
    const { span, spans } = startClientSpan();
    span.fail(error);
    expect(spans[0]?.attributes['error.type']).toBe(errorType);
    expect(spans[0]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(spans[0]?.events.map(({ name }) => name)).toEqual(['exception']);
  });

  it('has the error type that replaces that of the error', () => {
    const { span, spans } = startClientSpan();
    span.fail(code(new Error('socket hang up'), 'ECONNRESET'), 'TimeoutError');
    expect(spans[0]?.attributes['error.type']).toBe('TimeoutError');
  });

  it.each([
    ['an AbortError', named('AbortError')],
    ['an AbortError of a signal', named('AbortError', named('AbortError'))],
  ])('that is a cancellation by the caller leaves the status unset: %s', (_, error) => {
    const { span, spans } = startClientSpan();
    span.fail(error);
    expect(spans[0]).toMatchObject({ status: { code: SpanStatusCode.UNSET }, events: [] });
    expect(spans[0]?.attributes).not.toHaveProperty('error.type');
  });

  it('whose getters throw ends the span, too', () => {
    const { span, spans } = startClientSpan();
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no');
      },
    });
    expect(() => span.fail(hostile)).not.toThrow();
    expect(spans).toHaveLength(1);
  });
});

describe('the end', () => {
  it('is at the given time, calls the listener once, and later calls have no effect', () => {
    const { span, spans } = startClientSpan();
    const onEnd = vi.fn<() => void>();
    span.onEnd(onEnd);
    expect(span.isEnded).toBe(false);
    const endTime = Date.now() + 5_000;
    span.end(endTime);
    expect(span.isEnded).toBe(true);
    span.addAttributes({ late: true });
    span.recordResponse(500);
    span.fail(new Error('late'));
    span.end();
    expect(onEnd).toHaveBeenCalledOnce();
    expect(spans).toHaveLength(1);
    expect(spans[0]?.endTime).toEqual([Math.floor(endTime / 1000), (endTime % 1000) * 1e6]);
    expect(spans[0]?.attributes).not.toHaveProperty('late');
    expect(spans[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('records the duration with the attributes of the conventions', () => {
    const record = vi.fn<(seconds: number, attributes?: Attributes, context?: unknown) => void>();
    const { span } = startClientSpan({}, createHistogram(record));
    span.addAttributes({ 'network.protocol.version': '1.1', 'http.response.header.x-a': ['1'] });
    span.recordResponse(404);
    span.end();
    expect(record).toHaveBeenCalledExactlyOnceWith(
      expect.any(Number),
      {
        'http.request.method': 'GET',
        'server.address': 'shop.example',
        'server.port': 8080,
        'network.protocol.version': '1.1',
        'http.response.status_code': 404,
        'error.type': '404',
      },
      span.context,
    );
  });

  it('ends the span although the meter throws', () => {
    const histogram = createHistogram(() => {
      throw new Error('no meter');
    });
    const { span, spans } = startClientSpan({}, histogram);
    expect(() => span.end()).not.toThrow();
    expect(spans).toHaveLength(1);
  });
});
