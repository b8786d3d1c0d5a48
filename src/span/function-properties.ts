// Wrappers of functions and classes that look like the original: same name, length, statics, metadata and prototype.

import { guarded } from '../core/guard.js';
import type { Traceable } from './types.js';

/** The API of `reflect-metadata` and of polyfills with the same functions. It stores metadata by the identity of a function. */
interface MetadataApi {
  getOwnMetadataKeys(target: object): readonly unknown[];
  getOwnMetadata(key: unknown, target: object): unknown;
  defineMetadata(key: unknown, value: unknown, target: object): void;
}

/**
 * Gives a wrapper the properties of a function: name and length, which frameworks read, `promisify.custom`, the prototype and
 * the statics of a constructor, and the metadata of decorators.
 *
 * The prototype of the wrapper is that of the function, because libraries recognise an async function by
 * `Symbol.toStringTag`, and a constructor inherits the statics of its base class through it. `toString` returns the source of
 * the function, because dependency injection reads the names of parameters from it.
 *
 * @param wrapper the wrapper
 * @param fn the original function
 * @returns the wrapper
 */
export function copyFunctionProperties<F extends Traceable>(
  wrapper: (...args: never[]) => unknown,
  fn: F,
): F {
  const target = wrapper as Traceable as F;
  return guarded(
    'reading the properties of a function to wrap',
    () => {
      const toString = (): string => Function.prototype.toString.call(fn);
      Object.defineProperty(wrapper, 'toString', { value: toString, configurable: true, writable: true });
      for (const key of Reflect.ownKeys(fn)) {
        // These exist on functions in sloppy mode only and cannot be copied.
        if (key === 'arguments' || key === 'caller') continue;
        const descriptor = Object.getOwnPropertyDescriptor(fn, key);
        if (descriptor === undefined) continue;
        if (key !== 'prototype') descriptor.configurable = true;
        Object.defineProperty(wrapper, key, descriptor);
      }
      Object.setPrototypeOf(wrapper, Object.getPrototypeOf(fn));
      copyMetadata(wrapper, fn);
      return target;
    },
    target,
  );
}

/**
 * Creates a proxy of a class. Its statics are those of the class, so that both see the same values. Static methods and
 * accessors that are called on the proxy run on the class, because the proxy does not have its private statics.
 *
 * @param original the class
 * @param construct creates an instance. It receives the arguments and the class that `new` was called on
 */
export function createClassProxy<F extends Traceable>(
  original: F,
  construct: (args: unknown[], newTarget: object) => object,
): F {
  const methods = new WeakMap<object, unknown>();
  const proxy: F = new Proxy(original, {
    construct: (_, args: unknown[], newTarget) => construct(args, newTarget === proxy ? original : newTarget),
    get(target, key, receiver) {
      // A subclass of the proxy reads an inherited static.
      if (receiver !== proxy) return Reflect.get(target, key, receiver);
      const value: unknown = Reflect.get(target, key, target);
      if (!isStaticMethod(target, key, value)) return value;
      const known = methods.get(value);
      if (known !== undefined) return known;
      const method = new Proxy(value, {
        apply: (fn, self, args) => Reflect.apply(fn, self === proxy ? target : self, args) as unknown,
      });
      methods.set(value, method);
      return method;
    },
    set: (target, key, value, receiver) =>
      Reflect.set(target, key, value, receiver === proxy ? target : receiver),
  });
  guarded('reading the metadata of a class to wrap', () => copyMetadata(proxy, original), undefined);
  return proxy;
}

/** Whether a function is a class, which cannot be called. Only the `prototype` of a class is not writable. */
export function isClass(value: object): boolean {
  try {
    return (
      typeof value === 'function' && Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
    );
  } catch {
    // A revoked proxy, or a proxy whose traps throw, is treated as a function.
    return false;
  }
}

/** Whether a static is a method to call on the class. A proxy must return a fixed property unchanged. */
function isStaticMethod(
  target: object,
  key: string | symbol,
  value: unknown,
): value is (...args: unknown[]) => unknown {
  if (typeof value !== 'function' || key === 'constructor' || isClass(value)) return false;
  // `bind`, `call` and `apply` keep the proxy, so that a bound class is traced.
  const isInherited = value === (Function.prototype as unknown as Record<string | symbol, unknown>)[key];
  if (isInherited) return key === 'toString';
  const { configurable, writable } = Reflect.getOwnPropertyDescriptor(target, key) ?? {};
  return configurable !== false || writable !== false;
}

/** Copies what decorators have stored. Decorators that run later store it for the wrapper itself. */
function copyMetadata(wrapper: object, original: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as Partial<MetadataApi>;
  if (getOwnMetadataKeys === undefined || getOwnMetadata === undefined || defineMetadata === undefined)
    return;
  for (const key of getOwnMetadataKeys(original)) {
    defineMetadata(key, getOwnMetadata(key, original), wrapper);
  }
}
