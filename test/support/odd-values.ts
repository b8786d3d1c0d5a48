// Values of every kind, for tests that pass each of them to functions and options that accept a few.

/** An odd value, of any type. */
export type Odd = ReturnType<typeof JSON.parse>;

const revoke = (target: object): Odd => {
  const revocable = Proxy.revocable(target, {});
  revocable.revoke();
  return revocable.proxy;
};
const throwing = (): never => {
  throw new Error('a getter of the application');
};
const THROWING = new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing });

/** Creates each value by its name. */
export const ODD: Readonly<Record<string, () => Odd>> = {
  undefined: () => undefined,
  null: () => null,
  zero: () => 0,
  number: () => 4.5,
  NaN: () => Number.NaN,
  bigint: () => 10n,
  'empty text': () => '',
  text: () => 'text',
  symbol: () => Symbol('odd'),
  boolean: () => true,
  date: () => new Date(0),
  'invalid date': () => new Date(Number.NaN),
  function: () => () => 1,
  class: () =>
    class Odd {
      readonly isOdd = true;
    },
  promise: () => Promise.resolve(1),
  array: () => [1, 'a', null],
  map: () => new Map([['a', 1]]),
  error: () => new RangeError('odd'),
  'revoked proxy': () => revoke({}),
  'revoked function': () => revoke(() => 1),
  'getters that throw': () => THROWING,
  frozen: () => Object.freeze({ a: Object.freeze({}) }),
  'no prototype': () => Object.assign(Object.create(null), { a: 1 }),
  'huge text': () => 'x'.repeat(1_000_000),
  'huge array': () => Array.from({ length: 100_000 }, (_, index) => index),
  'huge object': () =>
    Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`key${index}`, index])),
};
