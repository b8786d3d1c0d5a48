import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapWords } from '../../../src/cli/wrap-words.js';

test('wraps at spaces', () => {
  expect(wrapWords('one two three four five six', 20)).toEqual(['one two three four', 'five six']);
});

test('does not break a word that is longer than a line', () => {
  const url = `http://collector.example/${'x'.repeat(40)}`;
  expect(wrapWords(`open ${url} now`, 20)).toEqual(['open', url, 'now']);
});

test('uses at least 20 columns', () => {
  expect(wrapWords('one two three four', 1)).toEqual(['one two three four']);
});

test('an empty text is one empty line', () => {
  expect(wrapWords('', 40)).toEqual(['']);
});

test('replaces control characters by spaces', () => {
  expect(wrapWords('a\u001B[2Jb\r\nc\td', 40)).toEqual(['a [2Jb c d']);
});

test('keeps every word in order, and exceeds the width only by a single word', () => {
  const word = fc.string({ minLength: 1, maxLength: 30 }).filter(text => !/[\s\p{Cc}]/u.test(text));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 60 }), (words, width) => {
      const lines = wrapWords(words.join(' '), width);
      expect(lines.join(' ')).toBe(words.join(' '));
      for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true);
    }),
  );
});
