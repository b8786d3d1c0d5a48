import { describe, expect, it } from 'vitest';
import { resolveListenAddress, resolveOptions } from '../../../../src/exporters/prometheus/options.js';
import { collectDiagnostics } from '../../../support/captured-diagnostics.js';
import { problemCodesOf } from '../../../support/problems-of.js';

const HOST = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT';

function resolveAddress(options: object, env: Record<string, string> = {}) {
  const { diagnostics, captured } = collectDiagnostics();
  return { address: resolveListenAddress(resolveOptions(options), env, diagnostics), captured };
}

describe('resolveOptions', () => {
  it('has the defaults of the span metrics connector', () => {
    expect(resolveOptions({})).toEqual({
      host: undefined,
      port: undefined,
      path: '/metrics',
      buckets: [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000],
      unit: 'ms',
      namespace: 'traces.span.metrics',
      maxSeries: 1_000,
      exemplars: true,
      push: undefined,
    });
  });

  it('takes true for a push with every setting from the environment', () => {
    expect(resolveOptions({ push: true }).push).toEqual({});
    expect(resolveOptions({ push: false }).push).toBeUndefined();
    const push = { endpoint: 'http://x', headers: { a: 'b' }, intervalMs: 5 };
    expect(resolveOptions({ push }).push).toEqual(push);
  });

  it('keeps the given options', () => {
    const options = {
      port: 0,
      host: '::1',
      path: '/m',
      buckets: [5, 500],
      unit: 's',
      namespace: '',
      maxSeries: 1,
      exemplars: false,
    } as const;
    expect(resolveOptions(options)).toEqual({ ...options, push: undefined });
  });

  it.each([
    [{ port: 70_000 }, ['out_of_range prometheus.port']],
    [{ port: '9464' }, ['wrong_type prometheus.port']],
    [{ host: '' }, ['wrong_type prometheus.host']],
    [{ path: 'metrics' }, ['wrong_type prometheus.path']],
    [{ path: '/metrics?x' }, ['wrong_type prometheus.path']],
    [{ buckets: [] }, ['wrong_type prometheus.buckets']],
    [{ buckets: [5, 5] }, ['wrong_type prometheus.buckets']],
    [{ buckets: [0, 5] }, ['wrong_type prometheus.buckets']],
    [{ buckets: [5, Number.POSITIVE_INFINITY] }, ['wrong_type prometheus.buckets']],
    [{ buckets: Array.from({ length: 201 }, (_, i) => i + 1) }, ['wrong_type prometheus.buckets']],
    [{ unit: 'us' }, ['wrong_type prometheus.unit']],
    [{ namespace: 'a b' }, ['wrong_type prometheus.namespace']],
    [{ maxSeries: 0 }, ['out_of_range prometheus.maxSeries']],
    [{ exemplars: 1 }, ['wrong_type prometheus.exemplars']],
    [{ push: 'http://x' }, ['wrong_type prometheus.push']],
    [
      { push: { endpoint: 'localhost', headers: { a: 1 }, intervalMs: 0 } },
      [
        'wrong_type prometheus.push.endpoint',
        'wrong_type prometheus.push.headers["a"]',
        'out_of_range prometheus.push.intervalMs',
      ],
    ],
    [{ push: { interval: 1 } }, ['unknown_option prometheus.push.interval']],
    [{ port: -1, unit: 'h' }, ['out_of_range prometheus.port', 'wrong_type prometheus.unit']],
  ])('refuses %j, with all problems at once', (options, expected) => {
    expect(problemCodesOf(() => resolveOptions(options as object))).toEqual(expected);
  });
});

describe('resolveListenAddress', () => {
  it.each([
    [{}, {}, { host: '127.0.0.1', port: 9464 }],
    [{}, { [HOST]: '0.0.0.0', [PORT]: '9999' }, { host: '0.0.0.0', port: 9999 }],
    [
      { host: '::1', port: 0 },
      { [HOST]: '0.0.0.0', [PORT]: '9999' },
      { host: '::1', port: 0 },
    ],
    [{}, { [HOST]: ' ', [PORT]: '' }, { host: '127.0.0.1', port: 9464 }],
    [{ port: false }, { [PORT]: '9999' }, undefined],
  ])('for the options %j and the environment %j returns %j', (options, env, expected) => {
    expect(resolveAddress(options, env)).toEqual({ address: expected, captured: [] });
  });

  it.each(['many', '70000', '1.5'])('reports the port %s of the environment and uses the default', port => {
    const { address, captured } = resolveAddress({}, { [PORT]: port });
    expect(address).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(captured).toMatchObject([
      {
        level: 'warn',
        code: 'malformed_variable',
        source: PORT,
        fix: expect.stringContaining('9464 is used'),
      },
    ]);
  });
});
