// The option: further keys and patterns, and what stands in a secret's place.

import { describe, expect, it } from 'vitest';
import type { RedactOptions } from '../../../src/redact/options.js';
import { createRedactor } from '../../../src/redact/redactor.js';

const made = (options: false | RedactOptions) => {
  const faults: unknown[] = [];
  return { faults, ...createRedactor(options, fault => faults.push(fault)) };
};

describe('keys', () => {
  it('fit as texts in any style and at the end, as expressions as they say', () => {
    const { attributes, text } = made({ keys: ['customerEmail', /^x\./g] });
    const given = {
      'customer.email': 'a',
      my_customer_EMAIL: 'b',
      email: 'c',
      'x.1': 'd',
      'x.2': 'e',
      'y.x.': 'f',
    };
    const shown = { ...given, 'customer.email': '***', my_customer_EMAIL: '***', 'x.1': '***', 'x.2': '***' };
    expect(attributes(given)).toEqual(shown);
    expect(attributes(given)).toEqual(shown);
    expect(text('{"customerEmail":"ann"}')).toBe('{"customerEmail":"***"}');
  });
});

describe('patterns', () => {
  it.each(['', 'g', 'y', 'gy', 'i'])('find all matches, every time, with the flags "%s"', flags => {
    const { text } = made({ patterns: [new RegExp('C-\\d+', flags)] });
    for (let i = 0; i < 3; i++) expect(text('a C-1, C-22')).toBe('a ***, ***');
  });

  it('that match nothing at all change nothing', () => {
    expect(made({ patterns: [/x*/] }).text('abc')).toBe('abc');
  });

  it('are told the key', () => {
    const { attributes } = made({ patterns: [/C-\d+/], replace: (value, key) => `${key}:${value.length}` });
    expect(attributes({ note: 'by C-123' })).toEqual({ note: 'by note:5' });
  });
});

describe('replace', () => {
  it('hash: the same for the same secret, in every process', () => {
    const { attributes, text } = made({ replace: 'hash' });
    expect(attributes({ password: 'a', token: 'abc' })).toEqual({
      password: '#ca978112',
      token: '#ba7816bf',
    });
    expect(text('?token=abc&n=1')).toBe('?token=#ba7816bf&n=1');
  });

  it('drop: no attribute, and nothing in a text', () => {
    const { attributes, text } = made({ replace: 'drop' });
    expect(attributes({ password: 'a', pin: 1, n: 1 })).toEqual({ n: 1 });
    expect(text('?token=abc&n=1')).toBe('?token=&n=1');
  });

  it('a function gets value and key', () => {
    const seen: unknown[] = [];
    const { attributes } = made({ replace: (value, key) => `<${seen.push([value, key])}>` });
    expect(attributes({ password: 'a', note: 'Bearer abcdef123' })).toEqual({
      password: '<1>',
      note: 'Bearer <2>',
    });
    expect(seen).toEqual([
      ['a', 'password'],
      ['abcdef123', undefined],
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('cannot hide pa55');
      },
    ],
    [
      'throws nonsense',
      () => {
        throw null;
      },
    ],
    ['returns undefined', () => undefined],
    ['returns null', () => null],
    ['returns a number', () => 5],
    ['returns a promise', async () => 'x'],
    [
      // A rejection that nobody handles fails the run.
      'is async and fails',
      async () => {
        throw new Error('pa55');
      },
    ],
    [
      'returns an object',
      () => ({
        toString() {
          throw new Error('no');
        },
      }),
    ],
  ])('a function that %s: masked, and reported once without the value', (_, replace) => {
    const { attributes, text, faults } = made({ replace: replace as unknown as (value: string) => string });
    expect(attributes({ password: 'pa55', token: 'pa55' })).toEqual({ password: '***', token: '***' });
    expect(text('token=pa55')).toBe('token=***');
    expect(faults).toHaveLength(1);
    expect(String(faults[0])).not.toContain('pa55');
  });
});

it('false hides nothing', () => {
  const { attributes, text } = made(false);
  const given = { password: 'a' };
  expect(attributes(given)).toBe(given);
  expect(text('token=abc')).toBe('token=abc');
});
