import { describe, expect, it } from 'vitest';
import type { RedactOptions } from '../../../src/redact/options.js';
import { createRedactor } from '../../../src/redact/redactor.js';
import { createReplacer, MASK } from '../../../src/redact/replace.js';

/** Creates a redactor, and records the faults of its replace function. */
function redactorWith(options: RedactOptions) {
  const faults: unknown[] = [];
  return { faults, ...createRedactor(options, fault => faults.push(fault)) };
}

describe('replace', () => {
  it('mask: three asterisks', () => {
    const { attributes, text } = redactorWith({ replace: 'mask' });
    expect(attributes({ password: 'a' })).toEqual({ password: MASK });
    expect(text('?token=abc&n=1')).toBe('?token=***&n=1');
  });

  it('hash: equal for equal secrets, in every process', () => {
    const { attributes, text } = redactorWith({ replace: 'hash' });
    expect(attributes({ password: 'a', token: 'abc' })).toEqual({
      password: '#ca978112',
      token: '#ba7816bf',
    });
    expect(text('?token=abc&n=1')).toBe('?token=#ba7816bf&n=1');
  });

  it('drop: no attribute, and nothing in a text', () => {
    const { attributes, text } = redactorWith({ replace: 'drop' });
    expect(attributes({ password: 'a', pin: 1, n: 1 })).toEqual({ n: 1 });
    expect(text('?token=abc&n=1')).toBe('?token=&n=1');
  });

  it('a function receives value and key', () => {
    const calls: unknown[] = [];
    const { attributes } = redactorWith({ replace: (value, key) => `<${calls.push([value, key])}>` });
    expect(attributes({ password: 'a', note: 'Bearer abcdef123' })).toEqual({
      password: '<1>',
      note: 'Bearer <2>',
    });
    expect(calls).toEqual([
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
      'throws null',
      () => {
        throw null;
      },
    ],
    ['returns undefined', () => undefined],
    ['returns null', () => null],
    ['returns a number', () => 5],
    ['returns a promise', async () => 'x'],
    [
      // An unhandled rejection fails the test run.
      'is async and rejects',
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
  ])(
    'a function that %s: the secret is masked, and one fault without the value is reported',
    (_, replace) => {
      const { attributes, text, faults } = redactorWith({
        replace: replace as unknown as (value: string) => string,
      });
      expect(attributes({ password: 'pa55', token: 'pa55' })).toEqual({ password: '***', token: '***' });
      expect(text('token=pa55')).toBe('token=***');
      expect(faults).toHaveLength(1);
      expect(String(faults[0])).not.toContain('pa55');
    },
  );

  it('the fault names the type of the result', () => {
    const faults: unknown[] = [];
    for (const result of [5, null, Promise.resolve('x'), {}]) {
      createReplacer((() => result) as never, fault => faults.push(fault))('secret', undefined);
    }
    expect(faults.map(String)).toEqual([
      'TypeError: it returned number, not a string',
      'TypeError: it returned null, not a string',
      'TypeError: it returned a promise, not a string',
      'TypeError: it returned object, not a string',
    ]);
  });

  it('the fault about an empty secret is reported', () => {
    const faults: unknown[] = [];
    const replace = createReplacer(
      () => {
        throw new Error('x');
      },
      fault => faults.push(fault),
    );
    expect(replace('', undefined)).toBe(MASK);
    expect(faults).toEqual(['Error: x']);
  });
});
