import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countBackslashesBefore,
  findBareValue,
  findBracketedValue,
  findEncodedQuotedValue,
  findQuotedValue,
  type ValueRange,
} from '../../../../src/redact/rules/value-end.js';

const cut = (text: string, range: ValueRange | undefined): string | undefined =>
  range && text.slice(range.start, range.end);

describe('a quoted value', () => {
  it.each([
    ['"a" b', 'a'],
    ["'it''s' b", "it''s"],
    ['`a` b', 'a'],
    ['"a\\"b" c', 'a\\"b'],
    ['"a\\\\" b', 'a\\\\'],
    ['\\"a\\" b', 'a'],
    ['\\"a\\\\\\"b\\" c', 'a\\\\\\"b'],
    ['\\\\\\"a\\\\\\" b', 'a'],
    ['\\"a" b', 'a'],
    ['"a', 'a'],
    ["''", ''],
  ])('%s', (text, value) => {
    expect(cut(text, findQuotedValue(text, 0))).toBe(value);
  });

  it('needs a quote', () => {
    expect(findQuotedValue('a"b"', 0)).toBeUndefined();
    expect(findQuotedValue('\\a', 0)).toBeUndefined();
  });

  it('of JSON in JSON is found at any depth', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.nat(3), (value, depth) => {
        let text = JSON.stringify(value);
        for (let i = 0; i < depth; i++) text = JSON.stringify(text).slice(1, -1);
        const quoteLength = 2 ** depth;
        const rest = `${text},`;
        expect(cut(rest, findQuotedValue(rest, 0))).toBe(text.slice(quoteLength, text.length - quoteLength));
      }),
    );
  });
});

describe('an encoded quoted value', () => {
  it.each([
    ['%22a%22 b', 'a'],
    ['%27a%27 b', 'a'],
    ['%2522a%2522 b', 'a'],
    ['%22a b%22', 'a'],
    ['%22a', 'a'],
    ['%22a<b', 'a'],
  ])('%s', (text, value) => {
    expect(cut(text, findEncodedQuotedValue(text, 0))).toBe(value);
  });

  it('needs an encoded quote', () => {
    expect(findEncodedQuotedValue('%21a', 0)).toBeUndefined();
  });
});

describe('a bracketed value', () => {
  it.each([
    ['[1,[2]] x', '[1,[2]]'],
    ['{"a":"}"} x', '{"a":"}"}'],
    ["('it''s)') x", "('it''s)')"],
    ['(a', '(a'],
    ['[{(a)}] x', '[{(a)}]'],
  ])('%s', (text, value) => {
    expect(cut(text, findBracketedValue(text, 0))).toBe(value);
  });

  it('ends at a quote with fewer backslashes, which closes the text around a cut list', () => {
    const text = String.raw`[\"a1\",\"b","n":1`;
    expect(cut(text, findBracketedValue(text, 0))).toBe(String.raw`[\"a1\",\"b`);
  });

  it('is followed for 65,536 characters', () => {
    const text = `[${'a'.repeat(70_000)}]`;
    expect(findBracketedValue(text, 0)).toEqual({ start: 0, end: 65_536 });
    const shorter = `[${'a'.repeat(65_534)}]`;
    expect(findBracketedValue(shorter, 0)).toEqual({ start: 0, end: 65_536 });
  });

  it('needs a bracket', () => {
    expect(findBracketedValue('a[1]', 0)).toBeUndefined();
  });
});

describe('a bare value', () => {
  it.each([
    ['abc. Next', 'abc'],
    ['abc), next', 'abc'],
    ['abc]};', 'abc'],
    ['a.b next', 'a.b'],
    ['.', '.'],
    ['', ''],
  ])('%j', (text, value) => {
    expect(cut(text, findBareValue(text, 0, /[^\s]*/y))).toBe(value);
  });
});

it.each([
  ['', 0, 0],
  ['\\\\a', 2, 2],
  ['a\\\\b', 3, 2],
  ['a\\b', 1, 0],
])('backslashes in %j before %d: %d', (text, at, count) => {
  expect(countBackslashesBefore(text, at)).toBe(count);
});
