import { describe, expect, it } from 'vitest';
import {
  isAlnum,
  isBlank,
  isQuote,
  isTokenChar,
  matchAt,
  isBehindWord,
} from '../../../../src/redact/rules/secret-range.js';

describe('the classes of characters', () => {
  it.each([
    ['isAlnum', isAlnum, /[A-Za-z0-9]/],
    ['isTokenChar', isTokenChar, /[\w-]/],
    ['isBlank', isBlank, /[ \t]/],
    ['isQuote', isQuote, /["'`]/],
  ] as const)('%s', (_, isInClass, expression) => {
    for (let code = 0; code < 0x250; code++) {
      expect(isInClass(code), String.fromCharCode(code)).toBe(expression.test(String.fromCharCode(code)));
    }
    expect(isInClass(Number.NaN)).toBe(false);
  });
});

it('matchAt matches at the position only', () => {
  expect(matchAt(/b+/y, 'abba', 1)?.[0]).toBe('bb');
  expect(matchAt(/b+/y, 'abba', 0)).toBeNull();
});

it.each([
  ['a|', true],
  ['_|', true],
  ['-|', true],
  [' |', false],
  ['|', false],
  ['\\n|', false],
  ['%22|', false],
  ['x%2|', true],
  ['a.b|', true],
])('touchesWord in %j: %s', (text, expected) => {
  const at = text.indexOf('|');
  expect(isBehindWord(text.replace('|', 'x'), at)).toBe(expected);
});
