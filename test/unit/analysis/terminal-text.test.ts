import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  measureWidth,
  padToWidth,
  sanitizeForTerminal,
  truncate,
  wrapText,
} from '../../../src/analysis/terminal-text.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);

describe('sanitizing', () => {
  test.each([
    ['an escape sequence', 'a\u001B[2Jb', 'a[2Jb'],
    ['a C1 control', 'a\u009B31mb', 'a31mb'],
    ['line breaks', 'a\r\nb', 'a b'],
    ['a bidirectional override', 'a\u202Eb', 'ab'],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
    ['a stack of marks', `e${'\u0301'.repeat(20)}`, `e${'\u0301'.repeat(4)}`],
    ['spaces around', '  a  b ', 'a b'],
    ['a control character between spaces', '\u00A1\t\u0000\t!', '\u00A1 !'],
  ])('%s', (_, text, expected) => {
    expect(sanitizeForTerminal(text)).toBe(expected);
  });

  test('leaves no control or format character, and does not change its own result', () => {
    fc.assert(
      fc.property(anyText, text => {
        const clean = sanitizeForTerminal(text);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u);
        expect(sanitizeForTerminal(clean)).toBe(clean);
      }),
    );
  });

  test('uses 4,096 characters of a long text', () => {
    expect(sanitizeForTerminal('x'.repeat(100_000))).toHaveLength(4_096);
  });
});

describe('columns', () => {
  test.each([
    ['abc', 3],
    ['注文', 4],
    ['🚚', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('%s takes %i', (text, columns) => {
    expect(measureWidth(text)).toBe(columns);
  });

  test('padding fills up to the width and never shortens', () => {
    expect(padToWidth('注', 4)).toBe('注  ');
    expect(padToWidth('abcdef', 4)).toBe('abcdef');
  });
});

describe('truncating', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['注文', 3, '注…'],
    ['注文', 2, '…'],
    ['abc', 0, ''],
  ])('%s to %i columns is %s', (text, columns, expected) => {
    expect(truncate(text, columns)).toBe(expected);
  });

  test('never exceeds the columns', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 20 }), (text, columns) => {
        expect(measureWidth(truncate(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe('wrapping', () => {
  test('breaks at spaces', () => {
    expect(wrapText('no answer from the database', 12, 5)).toEqual(['no answer', 'from the', 'database']);
  });

  test('breaks a word that is longer than a line', () => {
    expect(wrapText('abcdefgh', 3, 5)).toEqual(['abc', 'def', 'gh']);
  });

  test('ends the last line with … if the text needs more lines', () => {
    expect(wrapText('one two three four', 5, 2)).toEqual(['one', 'two …']);
  });

  test('an empty text has no lines', () => {
    expect(wrapText('', 10, 3)).toEqual([]);
  });

  test('with enough lines loses nothing but spaces', () => {
    fc.assert(
      fc.property(anyText.map(sanitizeForTerminal), fc.integer({ min: 2, max: 30 }), (text, columns) => {
        const lines = wrapText(text, columns, 1_000);
        for (const line of lines) expect(measureWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
