import { describe, expect, it } from 'vitest';
import { ByteBuffer } from '../../../../src/exporters/prometheus/byte-buffer.js';
import { negotiateFormat } from '../../../../src/exporters/prometheus/negotiate.js';
import {
  formatBound,
  formatFamilyHeader,
  formatLabels,
  toMetricName,
  formatNumber,
} from '../../../../src/exporters/prometheus/text-format.js';

describe('formatFor', () => {
  it.each([
    [undefined, 'prometheus'],
    ['', 'prometheus'],
    ['*/*', 'prometheus'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
    ['application/openmetrics-text', 'openmetrics'],
    // Prometheus 2.42 and 3.
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    [
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.4,*/*;q=0.2',
      'openmetrics',
    ],
    ['application/OpenMetrics-Text ; Version="1.0.0"', 'openmetrics'],
    ['application/openmetrics-text;version=2.0.0', 'prometheus'],
    ['application/openmetrics-text;version=1.0.0;q=0.2,text/plain;q=0.9', 'prometheus'],
    ['application/openmetrics-text;q=0', 'prometheus'],
    ['application/openmetrics-text;q=many', 'prometheus'],
  ])('%s gets %s', (accept, format) => {
    expect(negotiateFormat(accept)).toBe(format);
  });

  it('reads no endless header', () => {
    expect(negotiateFormat(`${'a/b,'.repeat(5_000)}application/openmetrics-text`)).toBe('prometheus');
  });
});

describe('text', () => {
  it('writes the bounds of buckets in the one form that OpenMetrics knows', () => {
    const bounds = [0.001, 0.5, 1, 2, 15_000, 1e6, 2.5e6, 1e21, Number.POSITIVE_INFINITY];
    expect(bounds.map(bound => formatBound(bound, 'openmetrics'))).toEqual([
      '0.001',
      '0.5',
      '1.0',
      '2.0',
      '15000.0',
      '1e+06',
      '2.5e+06',
      '1e+21',
      '+Inf',
    ]);
    expect(formatBound(2, 'prometheus')).toBe('2');
  });

  it('makes labels of attributes, and joins what meets under one name', () => {
    const attributes = { 'b.c': 'x', b_c: 'y', a: 'q"\\\n', list: ['1', 2], flag: true, none: undefined };
    expect(formatLabels(attributes)).toBe('a="q\\"\\\\\\n",b_c="x;y",flag="true",list="[\\"1\\",2]"');
    expect(formatLabels({ zero: 'a\0b\r' })).toBe('zero="a b "');
    expect(formatLabels({ 'häß:lich': '1', '9lives': '2' })).toBe('_9lives="2",h_lich="1"');
  });

  it('makes names of metrics', () => {
    expect(toMetricName('traces.span.metrics')).toBe('traces_span_metrics');
    expect(toMetricName('9..lives-left')).toBe('_9_lives_left');
  });

  it('writes infinities as the formats spell them', () => {
    expect([1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(formatNumber)).toEqual([
      '1.5',
      '+Inf',
      '-Inf',
      'NaN',
    ]);
  });

  it('heads a family as each format wants it', () => {
    const calls = { name: 'calls', type: 'counter', help: 'All "calls".\n' } as const;
    expect(formatFamilyHeader(calls, 'openmetrics')).toBe('# HELP calls All \\"calls\\".\\n\n# TYPE calls counter\n');
    expect(formatFamilyHeader(calls, 'prometheus')).toBe(
      '# HELP calls_total All "calls".\\n\n# TYPE calls_total counter\n',
    );
    const target = { name: 'target', type: 'info', help: 'It.' } as const;
    expect(formatFamilyHeader(target, 'prometheus')).toBe('# HELP target_info It.\n# TYPE target_info gauge\n');
  });
});

describe('BytePage', () => {
  it('grows, repeats and counts', () => {
    const page = new ByteBuffer();
    page.writeText('ä€😀 '.repeat(5_000));
    const start = page.length;
    page.reserve(200);
    page.writeAscii('abc');
    page.writeCopy(start, page.length);
    for (const value of [0, 9, 10, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
      page.writeFewBytes(Buffer.from(' '));
      page.writeInteger(value);
    }
    page.writeBytes(Buffer.from(' end'));
    expect(page.take().toString()).toBe(
      `${'ä€😀 '.repeat(5_000)}abcabc 0 9 10 4294967296 9007199254740991 end`,
    );
  });

  it('begins again after a piece was taken away, which stays as it is', () => {
    const page = new ByteBuffer();
    page.writeText('first');
    const first = page.take();
    expect(page.length).toBe(0);
    page.writeText('second');
    expect(page.take().toString()).toBe('second');
    expect(first.toString()).toBe('first');
  });
});
