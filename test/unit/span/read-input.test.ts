import { describe, expect, it } from 'vitest';
import { readAttributes, readTime } from '../../../src/span/read-input.js';

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

class Attributes {
  readonly a = 1;
}

describe('readAttributes', () => {
  it.each([[{}], [{ a: 1 }], [Object.create(null)], [new Attributes()], [Object.freeze({ a: 1 })]])(
    'returns the object %j',
    attributes => {
      expect(readAttributes(attributes)).toBe(attributes);
    },
  );

  it('returns undefined for a value without attributes', () => {
    const odd = [
      undefined,
      null,
      1,
      'a',
      Symbol('a'),
      [],
      new Map(),
      new Set(),
      new Date(),
      Promise.resolve(),
    ];
    expect([...odd, () => {}, revoked({})].map(readAttributes)).toEqual(Array(12).fill(undefined));
  });
});

describe('readTime', () => {
  it('returns dates, numbers and pairs', () => {
    const date = new Date(0);
    expect([readTime(date), readTime(5), readTime(0), readTime([1, 2])]).toEqual([date, 5, 0, [1, 2]]);
  });

  it('returns undefined for a value that is no time', () => {
    const odd = [undefined, null, Number.NaN, Infinity, '2026-01-01', 5n, [], [1], [1, 2, 3], ['1', 2], {}];
    expect([...odd, new Date(Number.NaN), revoked([1, 2]), Symbol('a')].map(readTime)).toEqual(
      Array(14).fill(undefined),
    );
  });
});
