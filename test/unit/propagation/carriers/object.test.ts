import { describe, expect, it } from 'vitest';
import { createObjectStorage } from '../../../../src/propagation/carriers/object.js';

describe('createObjectStorage', () => {
  it('reads and writes properties', () => {
    const headers: Record<string, unknown> = { a: ['1', '2'] };
    const storage = createObjectStorage(headers);
    storage.write('b', '3');
    expect([storage.read('a'), headers.b]).toEqual([['1', '2'], '3']);
  });

  it('lists only own enumerable names', () => {
    const headers = Object.create({ inherited: '1' }) as object;
    Object.assign(headers, { own: '2' });
    Object.defineProperty(headers, 'hidden', { value: '3' });
    expect([...createObjectStorage(headers).names()]).toEqual(['own']);
  });
});
