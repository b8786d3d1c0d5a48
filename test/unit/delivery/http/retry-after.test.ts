import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../../src/delivery/http/retry-after.js';

describe('parseRetryAfter', () => {
  const now = Date.parse('Thu, 20 Nov 2025 22:00:00 GMT');
  it.each([
    ['0', 0],
    ['15', 15_000],
    [' 3 ', 3_000],
    ['999999999', 86_400_000],
    ['Thu, 20 Nov 2025 22:00:30 GMT', 30_000],
    ['Thursday, 20-Nov-25 22:00:30 GMT', 30_000],
    ['Thu, 20 Nov 2025 21:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });

  it('never throws and never returns a negative time', () => {
    fc.assert(fc.property(fc.string(), text => (parseRetryAfter(text, now) ?? 0) >= 0));
  });
});
