import { describe, expect, it } from 'vitest';
import { asRecord, asText } from '../../../src/queue/unknown-record.js';

describe('asRecord', () => {
  it('returns an object as it is', () => {
    const object = { a: 1 };
    expect(asRecord(object)).toBe(object);
  });

  it.each([undefined, null, 7, 'text', true, Symbol('x'), () => {}])(
    'returns an empty object for %s',
    value => {
      expect(asRecord(value)).toEqual({});
    },
  );
});

describe('asText', () => {
  it('returns text that is not empty', () => {
    expect(asText('orders')).toBe('orders');
  });

  it.each(['', undefined, null, 7, {}, ['orders']])('returns undefined for %j', value => {
    expect(asText(value)).toBeUndefined();
  });
});
