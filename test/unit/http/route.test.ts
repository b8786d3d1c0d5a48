import type { Span } from '@opentelemetry/sdk-trace-base';
import { describe, expect, it } from 'vitest';
import { applyRoute, formatSpanName, readRoute, createRouteAttribute } from '../../../src/http/route.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { createTestEngine } from '../../support/engine-fixture.js';

const request = new Request('https://shop.example/orders/4711');

describe('the route of a request', () => {
  it('is the option, or the result of its function', () => {
    expect(readRoute(request, { route: '/orders/:id' })).toBe('/orders/:id');
    expect(readRoute(request, { route: given => new URL(given.url).host })).toBe('shop.example');
    expect(readRoute(request, {})).toBeUndefined();
  });

  it.each([[''], [7], [null]])('is unknown if the function returns %j', result => {
    expect(readRoute(request, { route: () => result as never })).toBeUndefined();
  });

  it('is unknown if the function throws, which is reported', () => {
    const route = (): never => {
      throw new Error('no router');
    };
    const captured = captureDiagnostics(() => expect(readRoute(request, { route })).toBeUndefined());
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['callback_failed', 'the route option of traceHandler'],
    ]);
  });

  it('is an attribute and part of the span name', () => {
    expect([createRouteAttribute('/a'), createRouteAttribute(undefined)]).toEqual([
      { 'http.route': '/a' },
      {},
    ]);
    expect([formatSpanName('GET', '/a'), formatSpanName('GET', undefined)]).toEqual(['GET /a', 'GET']);
  });

  it('is set on a started span if it is known', () => {
    const span = createTestEngine().tracer.startSpan('GET') as Span;
    applyRoute(span, 'GET', undefined);
    expect([span.name, span.attributes]).toEqual(['GET', {}]);
    applyRoute(span, 'GET', '/a');
    expect([span.name, span.attributes]).toEqual(['GET /a', { 'http.route': '/a' }]);
  });
});
