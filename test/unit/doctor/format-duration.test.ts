import { expect, it } from 'vitest';
import { formatSkew, formatElapsed } from '../../../src/doctor/format-duration.js';

it.each([
  [0, '1 ms'],
  [1.4, '1 ms'],
  [9_999, '9999 ms'],
  [10_000, '10 s'],
  [61_400, '61 s'],
])('%d ms elapsed are %s', (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

it.each([
  [6_000, '6 s'],
  [119_000, '119 s'],
  [120_000, '2 minutes'],
  [3_600_000, '60 minutes'],
  [7_200_000, '2 hours'],
  [47 * 3_600_000, '47 hours'],
  [48 * 3_600_000, '2 days'],
])('a duration of %d ms is %s', (ms, text) => {
  expect(formatSkew(ms)).toBe(text);
});
