// A proxy that replaces some members of an object and forwards all others.
//
// Getters, setters and methods run on the original object, because a proxy does not have its private fields. Functions keep
// their own properties, and classes are returned unchanged. A method that returns its own object returns the proxy, so that
// chained calls go through the proxy, too.

import { isClass } from './function-properties.js';

/**
 * Creates an object that has the given members and behaves like `original` otherwise, also for `instanceof`.
 *
 * @param original the object behind the proxy. Frozen objects and functions are supported
 * @param members the members to replace or add
 */
export function createForwardingProxy<T extends object>(original: T, members: object): T {
  const methods = new WeakMap<object, unknown>();
  const isFixed = hasFixedProperties(original);
  const proxy: T = new Proxy(isFixed ? createProxyTarget(original) : original, {
    ...(isFixed ? createReflectionTraps(original) : {}),
    get(_, key) {
      if (Object.hasOwn(members, key)) return Reflect.get(members, key);
      const value: unknown = Reflect.get(original, key, original);
      if (value === original) return proxy;
      if (typeof value !== 'function' || key === 'constructor' || isClass(value)) return value;
      const known = methods.get(value);
      if (known !== undefined) return known;
      const method = forwardMethod(value);
      methods.set(value, method);
      return method;
    },
    set: (_, key, value) => Reflect.set(original, key, value, original),
    has: (_, key) => Object.hasOwn(members, key) || Reflect.has(original, key),
  });

  function forwardMethod(method: object): unknown {
    return new Proxy(method, {
      apply(target, self, args) {
        const result: unknown = Reflect.apply(
          target as (...args: unknown[]) => unknown,
          self === proxy ? original : self,
          args,
        );
        return result === original ? proxy : result;
      },
    });
  }

  return proxy;
}

/** Whether an object has fixed properties. A proxy must return those of its target unchanged, so they cannot be replaced. */
function hasFixedProperties(original: object): boolean {
  try {
    return Reflect.ownKeys(original).some(key => {
      const { configurable, writable } = Object.getOwnPropertyDescriptor(original, key) ?? {};
      return configurable === false && writable !== true && !(key === 'prototype' && isClass(original));
    });
  } catch {
    // A proxy of the application that does not list its keys is treated as an ordinary object.
    return false;
  }
}

/** Creates the target of the proxy for an object with fixed properties: the same type, without own properties. */
function createProxyTarget<T extends object>(original: T): T {
  return typeof original === 'function' ? ((() => undefined) as unknown as T) : Object.create(original);
}

/** Creates the traps that give such a target the properties of the original. */
function createReflectionTraps<T extends object>(original: T): ProxyHandler<T> {
  return {
    getPrototypeOf: () => Reflect.getPrototypeOf(original),
    ownKeys: () => Reflect.ownKeys(original),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
      return descriptor && { ...descriptor, configurable: true };
    },
    deleteProperty: (_, key) => Reflect.deleteProperty(original, key),
    apply: (_, self, args) => Reflect.apply(original as (...args: unknown[]) => unknown, self, args),
  };
}
