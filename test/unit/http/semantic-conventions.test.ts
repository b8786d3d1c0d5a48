import { SpanStatusCode } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import {
  describeMethod,
  recordStatus,
  createServerAttributes,
} from '../../../src/http/semantic-conventions.js';
import { parseUrl } from '../../../src/http/url.js';
import { createTestEngine } from '../../support/engine-fixture.js';

describe('describeMethod', () => {
  it.each([
    ['GET', 'GET', { 'http.request.method': 'GET' }],
    ['query', 'QUERY', { 'http.request.method': 'QUERY', 'http.request.method_original': 'query' }],
    ['PURGE', 'HTTP', { 'http.request.method': '_OTHER', 'http.request.method_original': 'PURGE' }],
    [undefined, 'GET', { 'http.request.method': 'GET' }],
  ])('%s', (method, name, attributes) => {
    expect(describeMethod(method)).toEqual({ name, attributes });
  });
});

describe('createServerAttributes', () => {
  it('has the address and the port of an HTTP URL, and nothing of other URLs', () => {
    expect(createServerAttributes(parseUrl('http://[::1]:8080/')!)).toEqual({
      'server.address': '::1',
      'server.port': 8080,
    });
    expect(createServerAttributes(parseUrl('data:text/plain,x')!)).toEqual({});
    expect(createServerAttributes({ ...parseUrl('http://a/')!, port: undefined })).toEqual({
      'server.address': 'a',
    });
  });
});

describe('recordStatus', () => {
  const record = (status: unknown, errorsFrom: 400 | 500): Span => {
    const span = createTestEngine().tracer.startSpan('GET') as Span;
    recordStatus(span, status, errorsFrom);
    return span;
  };

  it.each([
    [399, 400, SpanStatusCode.UNSET],
    [400, 400, SpanStatusCode.ERROR],
    [499, 500, SpanStatusCode.UNSET],
    [500, 500, SpanStatusCode.ERROR],
  ] as const)('%i with errors from %i', (status, errorsFrom, code) => {
    const span = record(status, errorsFrom);
    expect(span.status).toEqual({ code });
    expect(span.attributes).toEqual({
      'http.response.status_code': status,
      ...(code === SpanStatusCode.ERROR ? { 'error.type': String(status) } : {}),
    });
  });

  it.each([[0], [99], [Number.NaN], ['200'], [undefined]])('records nothing for the status %s', status => {
    expect(record(status, 400).attributes).toEqual({});
  });

  it('does not replace an error of the application', () => {
    const span = createTestEngine().tracer.startSpan('GET') as Span;
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'mine' }).setAttribute('error.type', 'RangeError');
    recordStatus(span, 500, 500);
    expect(span.status.message).toBe('mine');
    expect(span.attributes).toEqual({ 'error.type': 'RangeError', 'http.response.status_code': 500 });
  });
});
