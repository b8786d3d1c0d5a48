import { describe, expect, it } from 'vitest';
import {
  createCollectionStorage,
  isKeyedCollection,
  type KeyedCollection,
} from '../../../../src/propagation/carriers/collections.js';

describe('isKeyedCollection', () => {
  it.each([
    ['a Map', new Map(), true],
    ['Headers', new Headers(), true],
    ['search parameters', new URLSearchParams(), true],
    ['an object with the three methods', { get() {}, set() {}, keys: () => [] }, true],
    ['an object with data of these names', { get: 1, set: 2, keys: 3 }, false],
    ['a Set, which has no get', new Set(), false],
    ['a plain object', {}, false],
  ])('%s: %4$s', (_name, value, expected) => {
    expect(isKeyedCollection(value)).toBe(expected);
  });
});

describe('createCollectionStorage', () => {
  it('reads, writes and lists by the methods of the collection', () => {
    const map = new Map([['a', '1']]);
    const storage = createCollectionStorage(map as unknown as KeyedCollection);
    storage.write('b', '2');
    expect([storage.read('a'), map.get('b'), [...storage.names()]]).toEqual(['1', '2', ['a', 'b']]);
  });

  it('reads all values of search parameters', () => {
    const parameters = new URLSearchParams('a=1&a=2');
    expect(createCollectionStorage(parameters as unknown as KeyedCollection).read('a')).toEqual(['1', '2']);
  });

  it('reads all values by a method `values` that takes a name, as that of NATS does', () => {
    const headers = {
      get: () => 'first',
      set: () => {},
      keys: () => ['a'],
      values: (name: string) => [name, 'second'],
    };
    expect(createCollectionStorage(headers).read('a')).toEqual(['a', 'second']);
  });

  it('does not use a method `values` without a parameter, as that of Map is', () => {
    const map = new Map([['a', '1']]);
    expect(createCollectionStorage(map as unknown as KeyedCollection).read('a')).toBe('1');
  });
});
