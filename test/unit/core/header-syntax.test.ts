import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHeaderName, isHeaderValue } from '../../../src/core/header-syntax.js';

function isAccepted(validate: () => void): boolean {
  try {
    validate();
    return true;
  } catch {
    return false;
  }
}

const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.nat(0x180).map(code => `a${String.fromCharCode(code)}b`),
);

describe('the syntax of headers is that of node:http', () => {
  it.each(['x-api-key', "!#$%&'*+.^_`|~09aZ-", '', 'a b', 'a:b', 'ключ'])('name %j', name => {
    expect(isHeaderName(name)).toBe(isAccepted(() => validateHeaderName(name)));
  });

  it.each(['', 'a\tb', 'é', 'a\r\nb', 'a\u0000', '\u007f', '€', '😀'])('value %j', value => {
    expect(isHeaderValue(value)).toBe(isAccepted(() => validateHeaderValue('a', value)));
  });

  it('for any text', () => {
    fc.assert(
      fc.property(text, each => {
        expect(isHeaderName(each)).toBe(isAccepted(() => validateHeaderName(each)));
        expect(isHeaderValue(each)).toBe(isAccepted(() => validateHeaderValue('a', each)));
      }),
      { numRuns: 500 },
    );
  });
});
