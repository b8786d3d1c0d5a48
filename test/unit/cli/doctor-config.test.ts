import { describe, expect, test } from 'vitest';
import { formatConfig } from '../../../src/cli/doctor-config.js';
import { selectReportStyles } from '../../../src/cli/report-styles.js';

const otlp = {
  protocol: 'http/protobuf',
  compression: 'gzip',
  requestTimeoutMs: 10_000,
  headers: { 'x-api-key': '***', 'x-team': '***' },
  tls: { ca: '***' },
};
const config = {
  service: { name: 'orders', version: '1.4.2' },
  exporters: ['otlp http://localhost:4318/v1/traces'],
  otlp,
  sample: { ratio: 0.1, rules: [], keep: { errors: true, slowerThanMs: 500, match: ['pay'] } },
  propagate: { formats: ['w3c', 'baggage'] },
  instrument: ['http', 'fetch'],
  redact: {},
  delivery: { spool: { directory: '/var/spool', mode: 'overflow' } },
};

/** The values by their names, of lines that are wide enough not to wrap. */
function valuesOf(values: Readonly<Record<string, unknown>>, isFromCode = false): Record<string, string> {
  const lines = formatConfig(values, 200, selectReportStyles(false), isFromCode);
  return Object.fromEntries(lines.map(line => [line.slice(4, 15).trim(), line.slice(17)]));
}

describe('the configuration', () => {
  test('has one line for each setting', () => {
    expect(valuesOf(config)).toEqual({
      service: 'orders 1.4.2',
      exporter: 'otlp http://localhost:4318/v1/traces',
      protocol: 'http/protobuf, compression gzip, time-out 10000 ms',
      headers: 'x-api-key: ***, x-team: ***',
      tls: 'ca',
      sampling: '10 % + errors + slower than 500 ms + matches',
      propagation: 'w3c, baggage',
      instruments: 'http, fetch',
      redaction: 'on',
      spool: '/var/spool (overflow)',
    });
  });

  test('shows disabled settings', () => {
    const off = {
      redact: false,
      delivery: { spool: false },
      exporters: [],
      propagate: { formats: [] },
      instrument: [],
    };
    expect(valuesOf({ ...config, ...off, service: { name: 'orders' } })).toMatchObject({
      service: 'orders',
      exporter: 'none',
      propagation: 'none',
      instruments: 'none',
      redaction: 'off',
      spool: 'off',
    });
  });

  test.each([
    [{ ratio: 1 }, '100 %'],
    [{ ratio: 0.07 }, '7 %'],
    [{ ratio: 1, rules: ['a'] }, '100 % + 1 rule'],
    [{ ratio: 1, rules: ['a', 'b'] }, '100 % + 2 rules'],
    [{ perSecond: 10 }, 'about 10 traces a second'],
    [{ perSecond: 1 }, 'about 1 trace a second'],
  ])('shows the sampling %j as %s', (sample, text) => {
    expect(valuesOf({ ...config, sample })['sampling']).toBe(text);
  });

  test('shows the OTLP settings of the environment only for exporters that use them', () => {
    expect(valuesOf({ ...config, exporters: ['jaeger http://localhost:4318'] })).toHaveProperty('protocol');
    expect(valuesOf({ ...config, exporters: ['datadog'] })).not.toHaveProperty('protocol');
    expect(valuesOf(config, true)).not.toHaveProperty('headers');
  });

  test('wraps a long value below its start', () => {
    const exporters = ['otlp http://collector-1.example:4318', 'otlp http://collector-2.example:4318'];
    const lines = formatConfig({ ...config, exporters }, 60, selectReportStyles(false), true);
    expect(lines.slice(1, 3)).toEqual([
      '    exporter     otlp http://collector-1.example:4318, otlp',
      '                 http://collector-2.example:4318',
    ]);
  });

  test('does not fail for an empty configuration', () => {
    expect(valuesOf({})).toMatchObject({ service: '', exporter: 'none', redaction: 'on' });
  });
});
