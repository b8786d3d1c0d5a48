import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildEndingAlternation,
  buildCaseInsensitive,
} from '../../../../src/redact/prefilter/alternation.js';

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'C', '_', '.', '$', '1'),
  minLength: 1,
  maxLength: 4,
});

describe('an alternation of endings', () => {
  it('matches behind the same texts as a simple alternation', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 30 }),
        fc.array(word, { maxLength: 3 }),
        fc.boolean(),
        (words, parts, isCaseInsensitive) => {
          const text = parts.join('');
          const expression = new RegExp(`(?<=${buildEndingAlternation(words, isCaseInsensitive)})$`);
          const fold = (each: string): string => (isCaseInsensitive ? each.toLowerCase() : each);
          const expected = words.some(each => fold(text).endsWith(fold(each)));
          expect(expression.test(text)).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('groups ten or more alternatives behind a test of the last character', () => {
    const letters = [...'abcdefghij'];
    expect(buildEndingAlternation(letters.slice(1))).not.toContain('(?<=');
    expect(buildEndingAlternation(letters).match(/\(\?<=\[\w+\]\)/g)).toEqual([
      '(?<=[abcde])',
      '(?<=[fghij])',
    ]);
  });
});

describe('buildCaseInsensitive', () => {
  it('matches letters in both cases and other characters as they are', () => {
    const expression = new RegExp(`^${buildCaseInsensitive('a.1')}$`);
    expect(['a.1', 'A.1', 'aX1', 'b.1'].map(text => expression.test(text))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
