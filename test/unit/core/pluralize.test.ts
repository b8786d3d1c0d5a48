import { describe, expect, it } from 'vitest';
import { pluralize } from '../../../src/core/pluralize.js';

describe('a number with its noun', () => {
  it.each([
    [0, '0 spans'],
    [1, '1 span'],
    [2, '2 spans'],
    [1.5, '1.5 spans'],
  ])('%d is %s', (value, expected) => {
    expect(pluralize(value, 'span')).toBe(expected);
  });

  it('includes a verb, or an irregular plural', () => {
    expect([1, 2].map(value => pluralize(value, 'entry was', 'entries were'))).toEqual([
      '1 entry was',
      '2 entries were',
    ]);
  });
});
