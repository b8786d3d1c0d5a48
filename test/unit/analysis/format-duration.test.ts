import { expect, test } from 'vitest';
import { formatDuration } from '../../../src/analysis/format-duration.js';

test.each<[number, string]>([
  [0, '0 ns'],
  [999, '999 ns'],
  [1_000, '1.00 µs'],
  [12_345, '12.3 µs'],
  [999_499, '999 µs'],
  [999_500, '1.00 ms'],
  [417e6, '417 ms'],
  [1.24e9, '1.24 s'],
  [59.96e9, '1m 00s'],
  [123e9, '2m 03s'],
  [3_599.6e9, '1h 00m'],
  [61_320e9, '17h 02m'],
  [273_600e9, '3d 04h'],
])('%d ns are written %s', (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});
