import { describe, expect, it } from 'vitest';
import { tracestate } from '../../../src/w3c/index.js';

const members = (count: number): string => Array.from({ length: count }, (_, i) => `k${i}=${i}`).join(',');

describe('tracestate.parse', () => {
  it('keeps the members in their order', () => {
    const s = tracestate.parse('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    expect([...s.entries()]).toEqual([
      ['rojo', '00f067aa0ba902b7'],
      ['congo', 't61rcWkgMzE'],
    ]);
    expect([s.size, s.get('congo'), s.has('rojo'), s.get('x'), s.has('x')]).toEqual([
      2,
      't61rcWkgMzE',
      true,
      undefined,
      false,
    ]);
  });

  it.each([
    [' a=1 \t,\tb=2 ', 'a=1,b=2'],
    [',a=1,, ,b=2,', 'a=1,b=2'],
    ['a=1,', 'a=1'],
    ['a=  1', 'a=  1'],
    ['a=1 2  ,b=3', 'a=1 2,b=3'],
    ['a=1,b=2,a=3', 'a=1,b=2'],
    ['0a@b@=1', '0a@b@=1'],
    ['', ''],
    [' \t,', ''],
  ])('reads %j as %j', (header, text) => {
    expect(tracestate.parse(header).toString()).toBe(text);
  });

  it('joins several values in their order', () => {
    expect(String(tracestate.parse(['a=1,b=2', '', 'c=3']))).toBe('a=1,b=2,c=3');
  });

  it.each([
    ['a key that begins with an at sign', '@a=1'],
    ['a key that begins with an underscore', '_a=1'],
    ['an upper-case key', 'A=1'],
    ['a dot in a key', 'a.b=1'],
    ['white space before the equals sign', 'a =1'],
    ['an empty key', '=1'],
    ['a member without a value', 'a'],
    ['an empty value', 'a='],
    ['a blank value', 'a=  '],
    ['an equals sign in a value', 'a=1=2'],
    ['a tab inside a value', 'a=1\t2'],
    ['a control character', 'a=1\u0001'],
    ['a delete character', 'a=1\u007f'],
    ['a character beyond ASCII in a value', 'a=é'],
    ['a character beyond ASCII that shares its low byte with a letter', '\u0161=1'],
    ['a line end', 'a=1\nb=2'],
    ['a key of 257 characters', `${'k'.repeat(257)}=1`],
    ['a value of 257 characters', `k=${'v'.repeat(257)}`],
    ['33 members', members(33)],
  ])('discards the whole list for %s', (_what, wrong) => {
    expect(tracestate.parse(`good=1,${wrong}`).size).toBe(0);
    expect(tracestate.parse([wrong, 'good=1']).size).toBe(0);
  });

  it('accepts keys and values of 256 characters, and 32 members', () => {
    const longest = `${'k'.repeat(256)}=${'v'.repeat(256)}`;
    expect(String(tracestate.parse(longest))).toBe(longest);
    expect(tracestate.parse(`k=${'v'.repeat(256)}   `).get('k')).toHaveLength(256);
    expect(String(tracestate.parse(members(32)))).toBe(members(32));
  });

  it.each([undefined, null, 42, {}, [1], Buffer.from('a=1')])(
    'gives an empty list for a value that is not text: %s',
    value => {
      expect(tracestate.parse(value as string).size).toBe(0);
    },
  );
});

describe('a tracestate', () => {
  const s = tracestate.parse('a=1,b=2,c=3');

  it('is immutable: set returns a copy with the member at the front', () => {
    expect(String(s.set('b', 'x'))).toBe('b=x,a=1,c=3');
    expect(String(s.set('d', '4'))).toBe('d=4,a=1,b=2,c=3');
    expect(String(s)).toBe('a=1,b=2,c=3');
  });

  it('is immutable: delete returns a copy without the member', () => {
    expect(String(s.delete('b'))).toBe('a=1,c=3');
    expect(s.delete('x')).toBe(s);
  });

  it('removes the last member beyond 32', () => {
    const full = tracestate.parse(members(32)).set('new', '1');
    expect([full.size, full.has('k31'), full.has('k30')]).toEqual([32, false, true]);
    expect(tracestate.parse(members(32)).set('k31', 'x').has('k30')).toBe(true);
  });

  it.each([
    ['Bad', '1'],
    ['', '1'],
    ['_a', '1'],
    ['@a', '1'],
    [42 as unknown as string, '1'],
    ['a', 42 as unknown as string],
    ['a', ''],
    ['a', 'x,y=1'],
    ['a', 'x\r\nx-evil: 1'],
    ['a', 'ends with a space '],
    ['k'.repeat(257), '1'],
  ])('ignores a member outside the grammar: %j=%j', (key, value) => {
    expect(s.set(key, value)).toBe(s);
  });

  it('can be iterated', () => {
    expect(new Map(s).get('c')).toBe('3');
  });
});

describe('tracestate.make', () => {
  it('creates an empty list, or one with the given members in their order', () => {
    expect(String(tracestate.make())).toBe('');
    expect(String(tracestate.make({ a: '1', b: '2' }))).toBe('a=1,b=2');
    expect(String(tracestate.make([['a', '1'] as const, ['b', '2'] as const]))).toBe('a=1,b=2');
  });
});
