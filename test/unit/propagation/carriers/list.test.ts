import { describe, expect, it } from 'vitest';
import { createListStorage } from '../../../../src/propagation/carriers/list.js';

describe('createListStorage', () => {
  it.each([
    ['an empty list, as a pair', [], [['b', '2']]],
    [
      'pairs',
      [['a', '1']],
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a flat list', ['a', '1'], ['a', '1', 'b', '2']],
    ['records', [{ a: '1' }], [{ a: '1' }, { b: '2' }]],
    [
      'records of key and value',
      [{ key: 'a', value: '1' }],
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    ],
  ])('appends a new header to %s', (_name, list: unknown[], expected) => {
    createListStorage(list).write('b', '2');
    expect(list).toEqual(expected);
  });

  it.each([
    [
      'pairs',
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [
        ['a', '3'],
        ['b', '2'],
      ],
    ],
    ['a flat list', ['a', '1', 'b', '2'], ['a', '3', 'b', '2']],
    ['records', [{ a: '1', b: '2' }], [{ a: '3', b: '2' }]],
    [
      'records of key and value',
      [{ key: 'a', value: '1', more: true }],
      [{ key: 'a', value: '3', more: true }],
    ],
  ])('replaces a value in %s', (_name, list: unknown[], expected) => {
    createListStorage(list).write('a', '3');
    expect(list).toEqual(expected);
  });

  it('reads all values of a name in any case', () => {
    const storage = createListStorage([
      ['a', '1'],
      ['A', '2'],
      [Buffer.from('a'), '3'],
      ['b', '4'],
    ]);
    expect(storage.read('a')).toEqual(['1', '2', '3']);
  });

  it('lists the names, and skips entries that are not headers', () => {
    expect([...createListStorage([['a', '1'], null, 7, { b: '2' }]).names()]).toEqual(['a', 'b']);
    expect([...createListStorage(['a', '1', 'b']).names()]).toEqual(['a']);
  });
});
