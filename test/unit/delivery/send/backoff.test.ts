import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeBackoffMs } from '../../../../src/delivery/send/backoff.js';

describe('computeBackoffMs', () => {
  it('is between 50 ms and the doubled base, and below 30 seconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, random) => {
          const ms = computeBackoffMs(failures, () => random);
          expect(ms).toBeGreaterThanOrEqual(50);
          expect(ms).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** (failures - 1)));
        },
      ),
    );
  });

  it.each([
    [1, 250],
    [2, 500],
    [6, 8_000],
    [7, 15_000],
    [8, 15_000],
    [1_000_000, 15_000],
  ])('after %d failures is %d ms for the middle of the range', (failures, ms) => {
    expect(computeBackoffMs(failures, () => 0.5)).toBe(ms);
  });
});
