import { expect, it } from 'vitest';
import { Series } from '../../../../src/exporters/prometheus/series.js';

it('has a bucket above the last bound, and counts the spans of all buckets', () => {
  const series = new Series({ 'span.name': 'a' }, [1, 10]);
  expect([series.counts, series.count, series.sum, series.exemplars]).toEqual([[0, 0, 0], 0, 0, undefined]);
  series.counts[0] = 2;
  series.counts[2] = 3;
  expect(series.count).toBe(5);
});
