import { describe, expect, it } from 'vitest';
import { createNameCache } from '../../../../src/redact/cache/name.js';
import { createDefaultRedactor } from '../../../support/redact/redact-text.js';

describe('the cache of a name', () => {
  it('is empty at first', () => {
    const cache = createNameCache('GET');
    expect(cache.name).toBe('GET');
    expect(cache.attributes.size).toBe(0);
    expect(cache.first.next).toBeUndefined();
  });

  it('holds the redacted name', () => {
    const redactor = createDefaultRedactor();
    for (let round = 0; round < 3; round++) {
      expect(redactor.getNameCache('GET /orders/:id').name).toBe('GET /orders/:id');
      expect(redactor.getNameCache('GET /?token=abcdefgh').name).toBe('GET /?token=***');
    }
    for (let i = 0; i < 2_000; i++) {
      expect(redactor.getNameCache(`job ${i} pin=4711`).name).toBe(`job ${i} pin=***`);
    }
    expect(redactor.attributes({ pin: 4711, note: 'x' }, redactor.getNameCache('job 1999 pin=4711'))).toEqual(
      {
        pin: '***',
        note: 'x',
      },
    );
  });

  it('is the same for the same name, up to 512 names of at most 512 characters', () => {
    const redactor = createDefaultRedactor();
    for (let i = 0; i < 512; i++) {
      const cache = redactor.getNameCache(`job ${i}`);
      expect(redactor.getNameCache(`job ${i}`)).toBe(cache);
    }
    expect(redactor.getNameCache('one more')).not.toBe(redactor.getNameCache('one more'));
    const other = createDefaultRedactor();
    const longest = 'a'.repeat(512);
    expect(other.getNameCache(longest)).toBe(other.getNameCache(longest));
    expect(other.getNameCache(`${longest}a`)).not.toBe(other.getNameCache(`${longest}a`));
  });

  it('4,096 attributes are stored', () => {
    const redactor = createDefaultRedactor();
    const cache = redactor.getNameCache('job');
    for (let i = 0; i < 5_000; i++) redactor.attributes({ [`k${i}`]: 'v' }, cache);
    expect(cache.attributes.size).toBe(4_096);
  });

  it('attributes beyond the limits of names and attributes are redacted', () => {
    const redactor = createDefaultRedactor();
    for (let i = 0; i < 10_000; i++) {
      const cache = redactor.getNameCache(`job ${i % 600}`);
      expect(redactor.attributes({ [`k${i}`]: 'v', password: `hunter${i}` }, cache)).toEqual({
        [`k${i}`]: 'v',
        password: '***',
      });
    }
  });
});
