import { expect, test } from 'vitest';
import { createAnsiStyle, plainText } from '../../../src/analysis/ansi.js';

test('a style puts one sequence before the text and one after it', () => {
  expect(createAnsiStyle(31, 39)('failed')).toBe('\u001B[31mfailed\u001B[39m');
});

test('an empty text stays empty, so that padding can be computed from it', () => {
  expect(createAnsiStyle(31, 39)('')).toBe('');
});

test('the plain style changes nothing', () => {
  expect(plainText('failed')).toBe('failed');
});
