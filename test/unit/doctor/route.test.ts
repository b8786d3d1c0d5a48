import { describe, expect, it } from 'vitest';
import { formatProxyFix, type Route } from '../../../src/doctor/route.js';
import { routeTo } from '../../support/doctor-fixture.js';

interface Parts {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly spool?: string;
  readonly timeoutMs?: number;
}

function routeOf(endpoint: string, { name = 'otlp', env = {}, spool, timeoutMs }: Parts = {}): Route {
  return routeTo(endpoint, {
    destination: { name, endpoint: new URL(endpoint), delivery: { requestTimeoutMs: timeoutMs } },
    delivery: spool === undefined ? {} : { spool },
    env,
  });
}

describe('the default endpoint of otlp', () => {
  it.each([
    'http://localhost:4318/v1/traces',
    'http://127.0.0.1:4318/v1/traces',
    'http://[::1]:4318/v1/traces',
  ])('is %s', endpoint => {
    expect(routeOf(endpoint).isDefaultEndpoint).toBe(true);
  });

  it.each([
    ['another port', 'http://localhost:8200/v1/traces', {}],
    ['another machine', 'http://collector.test:4318/v1/traces', {}],
    ['TLS', 'https://localhost:4318/v1/traces', {}],
    ['another exporter', 'http://localhost:4318/v1/traces', { name: 'datadog' }],
    [
      'a proxy on this machine',
      'http://collector.test:4318/v1/traces',
      { env: { HTTP_PROXY: 'http://127.0.0.1:3128' } },
    ],
  ])('is not %s', (_, endpoint, parts) => {
    expect(routeOf(endpoint, parts).isDefaultEndpoint).toBe(false);
  });
});

describe('the effect of an unreachable backend', () => {
  it('depends on the spool', () => {
    expect(routeOf('http://localhost:4318').unreachableEffect).toMatch(/are lost when the process ends\.$/);
    expect(routeOf('http://localhost:4318', { spool: 'spool' }).unreachableEffect).toMatch(
      /A later start sends the spans that are left\.$/,
    );
  });
});

describe('the first hop', () => {
  it.each([
    ['http://collector.test', 'collector.test', 80, false],
    ['https://collector.test', 'collector.test', 443, true],
    ['http://[::1]:4318', '::1', 4318, false],
  ])('to %s is %s and %d', (endpoint, host, port, isTls) => {
    expect(routeOf(endpoint)).toMatchObject({ host, port, isTls, proxy: undefined });
  });

  it.each([
    ['http://collector.test', { HTTP_PROXY: 'http://proxy.test' }, 80, 'HTTP_PROXY'],
    ['https://collector.test', { HTTPS_PROXY: 'https://proxy.test' }, 443, 'HTTPS_PROXY'],
    ['https://collector.test', { HTTPS_PROXY: 'http://proxy.test:3128' }, 3128, 'HTTPS_PROXY'],
  ])('to %s is the proxy of %j', (endpoint, env, port, proxyVariable) => {
    const route = routeOf(endpoint, { env });
    expect(route).toMatchObject({ host: 'proxy.test', port, proxyVariable });
    expect(formatProxyFix(route)).toMatch(
      new RegExp(`^Correct ${proxyVariable}, or add collector\\.test to NO_PROXY`),
    );
  });
});

it('a step has the time limit of the destination, 10 seconds at most', () => {
  expect(routeOf('http://a.test', { timeoutMs: 200 }).timeoutMs).toBe(200);
  expect(routeOf('http://a.test', { timeoutMs: 60_000 }).timeoutMs).toBe(10_000);
});
