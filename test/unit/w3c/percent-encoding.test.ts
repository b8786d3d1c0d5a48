import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue, isBaggageOctets, isToken } from '../../../src/w3c/percent-encoding.js';

const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));

describe('isToken', () => {
  it('accepts exactly the characters of RFC 7230', () => {
    const accepted = PRINTABLE.filter(isToken).join('');
    expect(accepted).toBe("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");
  });

  it.each(['', 'a b', 'a\n', 'é', '\u0161', 7, null, undefined, ['a']])('rejects %j', value => {
    expect(isToken(value)).toBe(false);
  });
});

describe('isBaggageOctets', () => {
  it('rejects exactly white space, quotes, comma, semicolon and backslash among printable characters', () => {
    expect(PRINTABLE.filter(char => !isBaggageOctets(char)).join('')).toBe(' ",;\\');
  });

  it('accepts empty text, and rejects control characters and characters beyond ASCII', () => {
    expect(['', '\t', '\u007f', 'é', '\u0161'].map(isBaggageOctets)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('encodeValue', () => {
  it('encodes everything except letters, digits and -._~', () => {
    const unencoded = PRINTABLE.filter(char => encodeValue(char) === char).join('');
    expect(unencoded).toBe('-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~');
    expect(encodeValue("!'()* ü😀")).toBe('%21%27%28%29%2A%20%C3%BC%F0%9F%98%80');
  });

  it('replaces a lone surrogate by U+FFFD', () => {
    expect(encodeValue('a\ud800b')).toBe('a%EF%BF%BDb');
  });
});

describe('decodeValue', () => {
  it.each([
    ['plain', 'plain'],
    ['%c3%BC', 'ü'],
    ['%EF%BB%BFa', '\uFEFFa'],
    ['%ff%C3%A9%c3', '\uFFFDé\uFFFD'],
    ['100%', '100%'],
    ['%zz%4', '%zz%4'],
  ])('decodes %j as %j', (text, value) => {
    expect(decodeValue(text)).toBe(value);
  });

  it('restores any well-formed text that encodeValue encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), text => {
        const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD');
        expect(decodeValue(encodeValue(text))).toBe(wellFormed);
        expect(isBaggageOctets(encodeValue(text))).toBe(true);
      }),
    );
  });
});
