// oxlint-disable unicorn/no-thenable -- thenables are under test
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import {
  createStandIn,
  isNativeThen,
  isPlainPromise,
  isPromisePrototype,
} from '../../../src/span/promise-realm.js';
import { findDescriptor } from '../../../src/span/property-shadows.js';

class Later<T> extends Promise<T> {}

const OTHER = runInNewContext('Promise') as PromiseConstructor;

it('a plain promise of any realm has no members and no other constructor', () => {
  const plain: unknown[] = [Promise.resolve(), (async () => {})(), runInNewContext('Promise.resolve()')];
  expect(plain.map(isPlainPromise)).toEqual([true, true, true]);
  const other: unknown[] = [
    Object.assign(Promise.resolve(), { pid: 1 }),
    Object.defineProperty(Promise.resolve(), 'then', { value: () => {} }),
    Object.defineProperty(Promise.resolve(), 'constructor', { value: Later }),
    Later.resolve(),
    runInNewContext('(class L extends Promise {}).resolve()'),
    { then: () => {} },
    Object.create(Promise.prototype),
  ];
  expect(other.map(isPlainPromise)).toEqual(other.map(() => false));
});

it('the prototype of the promises of a realm is recognised', () => {
  expect(
    [Promise.prototype, OTHER.prototype, Later.prototype, Object.prototype, null].map(isPromisePrototype),
  ).toEqual([true, true, false, false, false]);
});

it('a then of its own is not native', () => {
  const isNative = (promise: object): boolean => isNativeThen(promise, findDescriptor(promise, 'then') ?? {});
  class Own<T> extends Promise<T> {
    override then(): never {
      throw new Error('not called');
    }
  }
  expect([Promise.resolve(), Later.resolve(), OTHER.resolve(), new Own(() => {})].map(isNative)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it.each([Promise, OTHER])(
  'a stand-in shows as the constructor, and derives promises of the realm',
  constructor => {
    const standIn = createStandIn(constructor);
    expect(createStandIn(constructor)).toBe(standIn);
    expect([standIn.name, standIn === constructor]).toEqual(['Promise', false]);
    const promise = constructor.resolve(1);
    expect(promise instanceof standIn).toBe(true);
    Object.defineProperty(promise, 'constructor', { value: standIn });
    expect(Object.getPrototypeOf(promise.then(String))).toBe(constructor.prototype);
  },
);
