import { describe, expect, it } from 'vitest';
import { isInQuery, findKeyBefore } from '../../../../src/redact/rules/key-before.js';

/** The name of the key before the first bar, which is the place of the sign. */
function nameIn(marked: string, lowestStart = 0): string | undefined {
  const at = marked.indexOf('|');
  return findKeyBefore(marked.replace('|', '='), at, lowestStart)?.name;
}

describe('the key before a sign', () => {
  it.each([
    ['password|', 'password'],
    ['a password |', 'password'],
    ['password!|', 'password'],
    ['"apiKey"|', 'apiKey'],
    ['\\"apiKey\\"|', 'apiKey'],
    ['user[password]|', 'user[password]'],
    ['access["token"] |', 'token'],
    ['x-api-key|', 'x-api-key'],
    ['a.b_c$d~e|', 'a.b_c$d~e'],
    ['\\npassword|', 'password'],
    ['%74oken|', 'token'],
    ['%2574oken|', 'token'],
    ['a%3Ftoken|', 'token'],
    ['user%5Bpassword%5D|', 'password'],
    ['ü|', undefined],
    ['|', undefined],
    ['"" |', undefined],
  ])('%s: %s', (marked, name) => {
    expect(nameIn(marked)).toBe(name);
  });

  it('has its start, without quote and escape', () => {
    expect(findKeyBefore('{"pin"=', 6, 0)).toEqual({ name: 'pin', start: 2, isQuoted: true });
    expect(findKeyBefore('\\npin=', 5, 0)).toEqual({ name: 'pin', start: 2, isQuoted: false });
    expect(findKeyBefore('?a%3Fpin=', 8, 0)).toMatchObject({ name: 'pin', start: 5 });
  });

  it('is searched in 128 characters', () => {
    expect(nameIn(`${'a'.repeat(200)}|`)).toBe('a'.repeat(128));
  });

  it('may be separated by at most 8 blanks', () => {
    expect(nameIn(`pin${' '.repeat(8)}|`)).toBe('pin');
    expect(nameIn(`pin${' '.repeat(9)}|`)).toBeUndefined();
  });

  it('does not begin before the lowest start', () => {
    expect(nameIn('mypin|', 2)).toBe('pin');
    expect(nameIn('pin |', 4)).toBeUndefined();
  });
});

it.each([
  ['|pin', true],
  ['?|pin', true],
  ['&|pin', true],
  ['#|pin', true],
  ['https://a%3F|pin', true],
  ['https://a%2526|pin', true],
  [' |pin', false],
  ['a;|pin', false],
  ['%3F|sig=', true],
  ['%26|sig=', true],
])('isInQuery in %s: %s', (marked, expected) => {
  expect(isInQuery(marked.replace('|', ''), marked.indexOf('|'))).toBe(expected);
});
