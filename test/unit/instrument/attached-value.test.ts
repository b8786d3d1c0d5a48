import { expect, it } from 'vitest';
import { AttachedValue } from '../../../src/instrument/attached-value.js';

it('belongs to one object', () => {
  const value = new AttachedValue<number>('value');
  const other = new AttachedValue<number>('value');
  const target = {};
  value.set(target, 1);
  value.set(target, 2);
  expect([value.get(target), value.get({}), other.get(target)]).toEqual([2, undefined, undefined]);
});

it('is in no copy of the object', () => {
  const value = new AttachedValue<number>('value');
  const target = { id: 1 };
  value.set(target, 2);
  expect(value.get({ ...target })).toBeUndefined();
  expect(Object.getOwnPropertySymbols(target).map(symbol => symbol.description)).toEqual(['value']);
});

it('leaves an object that is not extensible unchanged', () => {
  const value = new AttachedValue<number>('value');
  const target = Object.freeze({});
  expect(() => value.set(target, 1)).not.toThrow();
  expect(value.get(target)).toBeUndefined();
});
