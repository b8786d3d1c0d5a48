import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { baggage, MAX_BAGGAGE_LENGTH } from '../../../src/w3c/index.js';

interface Vector {
  readonly test: string;
  readonly header: string;
  readonly entries: readonly {
    readonly key: string;
    readonly value: string;
    readonly properties: readonly (readonly [string, string | null])[];
  }[];
  readonly serialized: string;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../../fixtures/w3c-baggage-vectors.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

describe("the vectors of W3C's reference implementation", () => {
  it('are complete', () => {
    expect(vectors).toHaveLength(22);
  });

  it.each(vectors.map(vector => [vector.test, vector] as const))('%s', (_name, vector) => {
    const parsed = baggage.parse(vector.header);
    const entries = Array.from(parsed.entries(), ({ key, value, properties }) => ({
      key,
      value,
      properties: properties.map(property => [property.key, property.value ?? null]),
    }));
    expect(entries).toEqual(vector.entries);
    expect(baggage.format(parsed)).toBe(vector.serialized);
    expect(String(parsed)).toBe(vector.serialized);
  });
});

describe('baggage.parse', () => {
  it.each([
    ['a key that is not a token', 'good=1,b ad=2', 'good=1'],
    ['an empty key', '=1,good=1', 'good=1'],
    ['a member without a value', 'bad,good=1', 'good=1'],
    ['a quote in a value', 'bad="1",good=1', 'good=1'],
    ['a space in a value', 'bad=1 2,good=1', 'good=1'],
    ['a backslash in a value', 'bad=1\\2,good=1', 'good=1'],
    ['a character beyond ASCII in a value', 'bad=é,good=1', 'good=1'],
    ['white space that is not OWS', '\u00a0bad=1,good=1', 'good=1'],
    ['a wrong property', 'good=1;b ad;ok', 'good=1;ok'],
    ['empty members', ',, good=1 ,', 'good=1'],
  ])('leaves out only %s', (_what, header, text) => {
    expect(String(baggage.parse(header))).toBe(text);
  });

  it('reads an empty value', () => {
    expect(baggage.parse('a=').get('a')).toBe('');
  });

  it('replaces octets that are not UTF-8, and keeps a stray percent sign', () => {
    expect(baggage.parse('a=%ff%C3%A9%c3').get('a')).toBe('\uFFFDé\uFFFD');
    expect(baggage.parse('a=100%,b=%zz').get('a')).toBe('100%');
  });

  it('joins several values, and keeps entries with the same key in their order', () => {
    const b = baggage.parse(['a=1', 'b=2,a=3']);
    expect(String(b)).toBe('a=1,b=2,a=3');
    expect(b.get('a')).toBe('3');
  });

  it('keeps whole members up to the limit', () => {
    const b = baggage.parse(`a=1,b=${'x'.repeat(MAX_BAGGAGE_LENGTH)},c=1`);
    expect(String(b)).toBe('a=1');
  });

  it('counts the commas towards the limit', () => {
    const first = `a=${'x'.repeat(MAX_BAGGAGE_LENGTH - 6)}`;
    expect(baggage.parse(`${first},b=1`).has('b')).toBe(true);
    expect(baggage.parse(`${first}x,b=1`).has('b')).toBe(false);
  });

  it.each([undefined, null, 42, {}, [1]])('gives empty baggage for a value that is not text: %s', value => {
    expect(baggage.parse(value as string).size).toBe(0);
  });
});

describe('baggage', () => {
  const b = baggage.parse('a=1;p=x,b=2');

  it('is immutable: changes return a copy', () => {
    expect(String(b.set('a', 'ü', [{ key: 'ttl', value: '1 s' }, { key: 'private' }]))).toBe(
      'a=%C3%BC;ttl=1%20s;private,b=2',
    );
    expect(String(b.set('c', '3'))).toBe('a=1;p=x,b=2,c=3');
    expect(String(b.delete('a'))).toBe('b=2');
    expect(b.delete('x')).toBe(b);
    expect(String(b)).toBe('a=1;p=x,b=2');
  });

  it('returns an entry with its properties', () => {
    expect(b.entry('a')).toEqual({ key: 'a', value: '1', properties: [{ key: 'p', value: 'x' }] });
    expect([b.get('x'), b.has('x'), b.size]).toEqual([undefined, false, 2]);
  });

  it('ignores a key that is not a token', () => {
    expect(b.set('no token', '1')).toBe(b);
    expect(b.set('', '1')).toBe(b);
  });

  it('encodes characters outside the grammar, and a lone surrogate', () => {
    expect(String(baggage.make({ a: 'x\r\ny,z;"\\' }))).toBe('a=x%0D%0Ay%2Cz%3B%22%5C');
    expect(String(baggage.make({ a: '\ud800', b: '😀' }))).toBe('a=%EF%BF%BD,b=%F0%9F%98%80');
  });

  it('counts the commas that it writes towards the limit', () => {
    const value = 'x'.repeat(MAX_BAGGAGE_LENGTH - 6);
    const written = (first: string): string => String(baggage.make({ a: first, b: '1' }));
    expect(written(value)).toBe(`a=${value},b=1`);
    expect(written(`${value}x`)).toBe(`a=${value}x`);
  });

  it('writes whole members up to the limit', () => {
    const text = String(baggage.make({ a: 'x'.repeat(8000), b: 'y'.repeat(300), c: '1' }));
    expect(text).toBe(`a=${'x'.repeat(8000)},c=1`);
  });
});
