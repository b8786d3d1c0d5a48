// Promises of any realm: another realm has its own `Promise`, as in tests that run with Jest.

import { types } from 'node:util';

/**
 * Whether a value is a promise without members, of any realm. Deriving another promise from it loses nothing.
 *
 * @throws the exception of a `constructor` getter
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Promise.prototype && !isPromisePrototype(prototype)) return false;
  if (value.constructor !== prototype?.constructor) return false;
  // Node's async hooks add symbols to promises. Only the application adds names. Of those that are not enumerable, a `then`
  // matters. This is twice as fast as a list of the names.
  for (const _ in value) return false;
  return !Object.hasOwn(value, 'then') && types.isPromise(value);
}

/** The prototype of the promises of a realm is one step below the prototype of its objects. */
export function isPromisePrototype(prototype: object | null): boolean {
  const parent = prototype && Reflect.getPrototypeOf(prototype);
  return parent !== null && Reflect.getPrototypeOf(parent) === null;
}

/** Whether the `then` of a promise is that of its realm. */
export function isNativeThen(promise: object, found: PropertyDescriptor): boolean {
  let holder: object | null = promise;
  while (holder !== null && !isPromisePrototype(holder)) holder = Reflect.getPrototypeOf(holder);
  return holder !== null && found.value === Reflect.getOwnPropertyDescriptor(holder, 'then')?.value;
}

const standIns = new WeakMap<PromiseConstructor, PromiseConstructor>();

/** Creates a subclass that looks like the constructor of a promise, and whose instances derive promises of the realm. */
export function createStandIn(constructor: PromiseConstructor): PromiseConstructor {
  const known = standIns.get(constructor);
  if (known !== undefined) return known;
  const standIn = class extends constructor<unknown> {
    static override get [Symbol.species](): PromiseConstructor {
      return constructor;
    }
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof constructor;
    }
  };
  Object.defineProperty(standIn, 'name', { value: constructor.name, configurable: true });
  const created = standIn as unknown as PromiseConstructor;
  standIns.set(constructor, created);
  return created;
}
