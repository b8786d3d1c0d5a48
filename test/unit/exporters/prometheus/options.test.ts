import { describe, expect, it } from 'vitest';
import type { Diagnostics } from '../../../../src/core/diagnostics.js';
import { isTraceError } from '../../../../src/core/errors.js';
import { resolveOptions, resolveListenAddress } from '../../../../src/exporters/prometheus/options.js';

const HOST = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT';

function address(options: object, env: Record<string, string> = {}): { address: unknown; said: string[] } {
  const said: string[] = [];
  const diagnostics = { warn: (message: string) => said.push(message) } as unknown as Diagnostics;
  return { address: resolveListenAddress(resolveOptions(options), env, diagnostics), said };
}

function problemsOf(options: object): string[] {
  try {
    resolveOptions(options);
  } catch (error) {
    if (isTraceError(error)) return error.problems.map(({ code, path }) => `${code} ${path}`);
  }
  return [];
}

describe('options', () => {
  it("have the span metrics connector's defaults", () => {
    expect(resolveOptions({})).toMatchObject({
      path: '/metrics',
      buckets: [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1000, 1400, 2000, 5000, 10_000, 15_000],
      unit: 'ms',
      namespace: 'traces.span.metrics',
      push: undefined,
    });
    expect(resolveOptions({ push: true }).push).toEqual({});
  });

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
  ])('%j with %j in the environment listen at %j', (options, env, expected) => {
    expect(address(options, env)).toEqual({ address: expected, said: [] });
  });

  it('say that a port in the environment cannot be read', () => {
    const { address: used, said } = address({}, { [PORT]: 'many' });
    expect(used).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(said).toEqual([
      expect.stringMatching(/malformed_variable: OTEL_EXPORTER_PROMETHEUS_PORT.*9464 is used/),
    ]);
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
    [{ unit: 'us' }, ['wrong_type prometheus.unit']],
    [{ namespace: 'a b' }, ['wrong_type prometheus.namespace']],
    [{ maxSeries: 0 }, ['out_of_range prometheus.maxSeries']],
    [{ exemplars: 1 }, ['out_of_range prometheus.exemplars']],
    [{ push: 'http://x' }, ['wrong_type prometheus.push']],
    [
      { push: { endpoint: 'localhost', headers: { a: 1 }, intervalMs: 0 } },
      [
        'wrong_type prometheus.push.endpoint',
        'wrong_type prometheus.push.headers',
        'out_of_range prometheus.push.intervalMs',
      ],
    ],
    [{ port: -1, unit: 'h' }, ['out_of_range prometheus.port', 'wrong_type prometheus.unit']],
  ])('%j are refused, all at once', (options, expected) => {
    expect(problemsOf(options)).toEqual(expected);
  });
});
