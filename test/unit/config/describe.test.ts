import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { describeConfig, describeSample } from '../../../src/config/describe.js';
import type { InitOptions } from '../../../src/config/options.js';
import { DEFAULT_SAMPLE } from '../../../src/config/presets.js';
import { resolveConfig } from '../../../src/config/resolve.js';
import type { Exporter } from '../../../src/exporters/exporter.js';
import { configHost } from '../../support/config-host.js';

const startupLine = (options: InitOptions, env: Record<string, string> = {}): string =>
  describeConfig(resolveConfig(options, configHost({ env })).config, '0.1.0');

const makeExporter = (parts: object): Exporter => {
  const base = { name: 'mine', start: () => undefined };
  // Not spread: a getter among the parts must stay a getter.
  return Object.defineProperties(base, Object.getOwnPropertyDescriptors(parts)) as unknown as Exporter;
};

describe('the start-up line holds service, exporter and endpoint, sampling, version', () => {
  test.each<[InitOptions, string]>([
    [
      { service: { name: 'orders', version: '1.4.2' } },
      'orders 1.4.2 → otlp http://localhost:4318/v1/traces, sampling 100 %, @do/trace 0.1.0',
    ],
    [{ service: 's', exporter: 'memory', sample: 0.1 }, 's → memory, sampling 10 %, @do/trace 0.1.0'],
    [{ service: 's', exporter: [], sample: 0.0001 }, 's → nowhere, sampling 0.01 %, @do/trace 0.1.0'],
    [
      {
        service: 's',
        exporter: ['memory', makeExporter({ endpoint: 'https://me:key@x.example/p?k=v' })],
        sample: 'off',
      },
      's → memory + mine https://***@x.example/p?k=***, sampling off, @do/trace 0.1.0',
    ],
    [
      { service: 's', exporter: makeExporter({ endpoint: 'standard error' }), sample: 'production' },
      's → mine standard error, sampling 10 % + errors + slower than 1000 ms, @do/trace 0.1.0',
    ],
    [
      { service: 's', exporter: 'memory', sample: { perSecond: 50, rules: [{ ratio: 0, name: 'x' }] } },
      's → memory, sampling about 50 traces a second + 1 rule, @do/trace 0.1.0',
    ],
    [{ service: 'a\nb', exporter: 'memory' }, 'a b → memory, sampling 100 %, @do/trace 0.1.0'],
  ])('%#', (options, expected) => {
    expect(startupLine(options)).toBe(expected);
  });

  test('secrets of the endpoint are masked', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:secret@c?key=secret' };
    expect(startupLine({ service: 's' }, env)).toContain('otlp https://***@c/v1/traces?key=***,');
  });

  test('a disabled SDK is shown', () => {
    expect(startupLine({ service: 's' }, { OTEL_SDK_DISABLED: 'true' })).toBe(
      's: tracing is off (enabled: false or OTEL_SDK_DISABLED), @do/trace 0.1.0',
    );
  });

  test('an exporter of OpenTelemetry is its class', () => {
    expect(startupLine({ service: 's', exporter: new InMemorySpanExporter() })).toBe(
      's → InMemorySpanExporter, sampling 100 %, @do/trace 0.1.0',
    );
  });

  test('the endpoint of an exporter whose getter throws is a question mark', () => {
    const hostile = makeExporter({
      get endpoint() {
        throw new Error('hostile');
      },
    });
    expect(startupLine({ service: 's', exporter: hostile })).toBe(
      's → mine ?, sampling 100 %, @do/trace 0.1.0',
    );
  });
});

test('describeSample names every kind of exception', () => {
  const keep = { ...DEFAULT_SAMPLE.keep, errors: true, slowerThanMs: 500, match: [{ name: 'a' }] };
  const rules = [{ ratio: 0 }, { ratio: 1 }];
  expect(describeSample({ ...DEFAULT_SAMPLE, ratio: 0.125, rules, keep })).toBe(
    'sampling 12.5 % + 2 rules + errors + slower than 500 ms + matches',
  );
});
