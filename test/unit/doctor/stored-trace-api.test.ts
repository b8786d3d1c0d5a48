import { describe, expect, it } from 'vitest';
import { isPageOf, createStoredTraceApis } from '../../../src/doctor/stored-trace-api.js';
import type { ProbeTarget } from '../../../src/doctor/probe-target.js';
import { resolveRoute } from '../../../src/doctor/route.js';
import { probeTarget } from '../../support/doctor-fixture.js';

const apisOf = (base: string, parts: Partial<ProbeTarget> = {}) => {
  const target = probeTarget(base, parts);
  return createStoredTraceApis(target, resolveRoute(target));
};
const namesOf = (base: string, parts: Partial<ProbeTarget> = {}): string[] =>
  apisOf(base, parts).map(({ product, base: address }) => `${product} ${address}`);

describe('the APIs of an endpoint', () => {
  it('are none for a known product without one', () => {
    expect(namesOf('https://api.honeycomb.test')).toEqual([]);
  });

  it('are those of receivers on the same port, and of Jaeger on the port of its UI', () => {
    expect(namesOf('http://[::1]:4318', { acceptsAnyReceiver: true })).toEqual([
      'trace view http://[::1]:4318',
      'Zipkin http://[::1]:4318',
      'Jaeger http://[::1]:16686',
    ]);
    expect(namesOf('http://a.test:9411', { acceptsAnyReceiver: true })).toEqual([
      'trace view http://a.test:9411',
      'Zipkin http://a.test:9411',
    ]);
  });

  it('begin with the configured Jaeger', () => {
    const jaeger = { url: 'http://ui.test:16686', isConfigured: true };
    const apis = apisOf('http://a.test:4318', { jaeger });
    expect(apis.map(({ product }) => product)).toEqual(['Jaeger', 'trace view', 'Zipkin']);
    expect(apis[0]).toMatchObject({ base: jaeger.url, isConfigured: true });
  });

  it('are none behind a proxy', () => {
    const env = { HTTP_PROXY: 'http://proxy.test:3128' };
    expect(namesOf('http://a.test:4318', { acceptsAnyReceiver: true, env })).toEqual([]);
  });
});

describe('a page', () => {
  const [view, zipkin, jaeger] = apisOf('http://a.test:4318', { acceptsAnyReceiver: true });
  const page = (text: string, status = 200) => ({ status, contentType: '', text });
  it.each([
    ['{"traces":[],"stats":{}}', 'trace view'],
    ['[]', 'Zipkin'],
    ['{"data":null,"total":0}', 'Jaeger'],
    ['{"traces":[]}', undefined],
    ['null', undefined],
    ['<html>', undefined],
  ])('%s is of %s', (text, product) => {
    const found = [view, zipkin, jaeger].find(api => api !== undefined && isPageOf(api, page(text)));
    expect(found?.product).toBe(product);
  });

  it('with another status than 200 is of no product', () => {
    expect(zipkin !== undefined && isPageOf(zipkin, page('[]', 404))).toBe(false);
  });

  it('of a trace has its own path', () => {
    expect([view, zipkin, jaeger].map(api => api?.tracePath('abc'))).toEqual([
      '/api/v1/traces/abc',
      '/api/v2/trace/abc',
      '/api/traces/abc',
    ]);
  });
});
