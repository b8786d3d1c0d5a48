import { expect, it } from 'vitest';
import {
  formatBound,
  formatFamilyHeader,
  formatLabels,
  formatNumber,
  getSampleName,
  toMetricName,
} from '../../../../src/exporters/prometheus/text-format.js';

it('formats the bounds of buckets in the canonical form of OpenMetrics', () => {
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

it('formats labels, and joins the values of names that become equal', () => {
  const attributes = { 'b.c': 'x', b_c: 'y', a: 'q"\\\n', list: ['1', 2], flag: true, none: undefined };
  expect(formatLabels(attributes)).toBe('a="q\\"\\\\\\n",b_c="x;y",flag="true",list="[\\"1\\",2]"');
  expect(formatLabels({ zero: 'a\0b\r' })).toBe('zero="a b "');
  expect(formatLabels({ 'häß:lich': '1', '9lives': '2' })).toBe('_9lives="2",h_lich="1"');
});

it('converts the names of metrics', () => {
  expect(toMetricName('traces.span.metrics')).toBe('traces_span_metrics');
  expect(toMetricName('9..lives-left')).toBe('_9_lives_left');
});

it('adds the suffix of the type to the name of a sample', () => {
  expect((['counter', 'info', 'gauge'] as const).map(type => getSampleName('calls', type))).toEqual([
    'calls_total',
    'calls_info',
    'calls',
  ]);
});

it('formats infinities', () => {
  expect([1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(formatNumber)).toEqual([
    '1.5',
    '+Inf',
    '-Inf',
    'NaN',
  ]);
});

it('formats the header of a family for each format', () => {
  const calls = { name: 'calls', type: 'counter', help: 'All "calls".\n' } as const;
  expect(formatFamilyHeader(calls, 'openmetrics')).toBe(
    '# HELP calls All \\"calls\\".\\n\n# TYPE calls counter\n',
  );
  expect(formatFamilyHeader(calls, 'prometheus')).toBe(
    '# HELP calls_total All "calls".\\n\n# TYPE calls_total counter\n',
  );
  const target = { name: 'target', type: 'info', help: 'It.' } as const;
  expect(formatFamilyHeader(target, 'prometheus')).toBe('# HELP target_info It.\n# TYPE target_info gauge\n');
});
