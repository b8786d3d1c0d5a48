import { describe, expect, it } from 'vitest';
import { KeyClassifier } from '../../../src/redact/rules/key-classifier.js';
import { findNextSecret } from '../../../src/redact/scan.js';

const keys = new KeyClassifier();

describe('findNextSecret', () => {
  const text = 'a token=x1y2, a password=hunter2 and ann:pin@b';

  it('returns the range and the key of the first secret', () => {
    expect(findNextSecret(text, 0, keys)).toEqual({ start: 8, end: 12, key: 'token' });
  });

  it('continues at a position', () => {
    expect(findNextSecret(text, 12, keys, true)).toMatchObject({ key: 'password' });
    expect(findNextSecret(text, 33, keys, true)).toBeUndefined();
  });

  it('finds the same if the caller knows whether there is an @', () => {
    for (const each of [text, 'token=x1y2', 'https://ann:x1@b']) {
      const expected = findNextSecret(each, 0, keys);
      expect(expected).toBeDefined();
      expect(findNextSecret(each, 0, keys, each.includes('@'))).toEqual(expected);
    }
  });

  it('returns nothing for a text without a candidate place', () => {
    expect(findNextSecret('GET /orders/17', 0, keys)).toBeUndefined();
  });

  it('skips rows that hold no literal', () => {
    const insert = 'INSERT INTO u (password) VALUES ($1); token=x1y2';
    expect(findNextSecret(insert, 0, keys)).toMatchObject({ key: 'token' });
    const command = 'INSERT INTO u (password) VALUES ($1) --password x1y2';
    expect(findNextSecret(command, 0, keys)).toMatchObject({ start: 48, end: 52 });
  });

  it('the key of a sign does not include the sign before', () => {
    expect(findNextSecret('a%3Dtoken%3Dx1y2', 0, keys)).toMatchObject({ key: 'token', start: 12, end: 16 });
  });
});
