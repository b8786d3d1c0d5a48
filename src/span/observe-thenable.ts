// Results with a `then` method that are no plain promises: promises with members (ky), instances of subclasses (execa, zx) and
// lazy thenables (Prisma, Knex, Mongoose, OpenAI's APIPromise).
//
// The application gets the very object, and nothing is started that it does not start. Until the object has settled, own
// properties shadow `then`, `catch` and `finally`. The first use runs in the context of the span and decides its end. Each
// further use does what it does without tracing. A `then` getter is called only when the application reads the member.

import { types } from 'node:util';
import { abandonWhenCollected, stopWaiting } from './abandoned-spans.js';
import type { OpenSpan } from './open-span.js';
import { createStandIn, isNativeThen, isPlainPromise, isPromisePrototype } from './promise-realm.js';
import { findDescriptor, PropertyShadows } from './property-shadows.js';

type Callback = (...args: unknown[]) => unknown;

/** Converts the value of a thenable and ends the span, or keeps it open for a stream. */
export type ObserveValue = (value: unknown) => unknown;

/** Whether a value has a member `then`, which may be a getter. A proxy of the application may throw. */
export function hasThen(value: object): boolean {
  if (!('then' in value)) return false;
  const found = findDescriptor(value, 'then');
  // A proxy may have members without a descriptor. Its `then` is read, as `await` does.
  if (found === undefined) return typeof (value as { then?: unknown }).then === 'function';
  return found.get !== undefined || typeof found.value === 'function';
}

/**
 * Ends a span when a thenable settles.
 *
 * @param thenable the result of a function, which is returned to the application unchanged
 * @param open the span
 * @param observeValue converts the value and ends the span. @default ends the span
 * @returns whether the thenable can be observed. An object that is frozen, for example, cannot
 */
export function observeThenable(thenable: object, open: OpenSpan, observeValue?: ObserveValue): boolean {
  const found = findDescriptor(thenable, 'then');
  if (found === undefined || !Object.isExtensible(thenable)) return false;
  const use = new FirstUse(thenable, open, observeValue);
  return use.start(thenable, found);
}

/** The first use of a thenable by the application. */
class FirstUse {
  readonly #shadows: PropertyShadows;
  readonly #thenable: WeakRef<object>;
  readonly #open: OpenSpan;
  readonly #observeValue: ObserveValue;
  #isClaimed = false;
  #isSettled = false;

  constructor(thenable: object, open: OpenSpan, observeValue: ObserveValue | undefined) {
    this.#shadows = new PropertyShadows(thenable);
    this.#thenable = new WeakRef(thenable);
    this.#open = open;
    this.#observeValue =
      observeValue ??
      (value => {
        open.end();
        return value;
      });
  }

  start(thenable: object, found: PropertyDescriptor): boolean {
    const isNative = types.isPromise(thenable) && isNativeThen(thenable, found);
    const shadow = (then: Callback): Callback => this.#shadowThen(then, isNative);
    // The getter shows that the object is no thenable.
    const onOther = (): void => this.#finish(() => this.#open.end());
    if (!this.#shadows.shadowMethod('then', found, shadow, onOther)) return false;
    // `await` calls the `then` of a promise only if its constructor is not that of the realm.
    if (isNative && !this.#shadowConstructor(thenable as Promise<unknown>)) {
      this.#shadows.remove();
      return false;
    }
    for (const key of ['catch', 'finally'] as const) {
      const method = findDescriptor(thenable, key);
      // The native methods call `then`.
      if (method === undefined || method.value === Promise.prototype[key]) continue;
      this.#shadows.shadowMethod(key, method, original => this.#shadowOther(original, key));
    }
    abandonWhenCollected(thenable, this.#open);
    return true;
  }

  #shadowThen(original: Callback, isNative: boolean): Callback {
    return createMethod((receiver, args) => {
      if (!this.#claim(receiver)) return Reflect.apply(original, receiver, args);
      const [onFulfilled, onRejected, ...others] = args;
      // The callbacks of the application run in its own context, not in that of the span.
      const own = (callback: unknown): unknown =>
        typeof callback === 'function' && !isNative ? this.#open.bind(callback as Callback) : callback;
      const observed = [this.#onFulfilled(own(onFulfilled)), this.#onRejected(own(onRejected)), ...others];
      const start = (): unknown => Reflect.apply(original, receiver, observed);
      // A native promise has started already.
      return isNative ? start() : this.#run(start);
    });
  }

  /** A `catch` or `finally` of the library's own. It may call `then`, which is the first use then. */
  #shadowOther(original: Callback, key: 'catch' | 'finally'): Callback {
    return createMethod((receiver, args) => {
      if (this.#isClaimed || receiver !== this.#thenable.deref()) {
        return Reflect.apply(original, receiver, args);
      }
      const last = args.length - 1;
      const callback = args[last];
      let isDerived = false;
      if (typeof callback === 'function') {
        const bound = this.#open.bind(callback as Callback);
        // A derived promise has the outcome, which the callback of `finally` does not have.
        args[last] = key === 'catch' ? this.#onRejected(bound) : this.#onFinally(bound, () => isDerived);
      }
      const result = this.#run(() => Reflect.apply(original, receiver, args));
      if (this.#isClaimed || !isPlainPromise(result)) return result;
      this.#claim(receiver);
      isDerived = true;
      return result.then(this.#onFulfilled(undefined), this.#onRejected(undefined));
    });
  }

  #shadowConstructor(promise: Promise<unknown>): boolean {
    const original: unknown = promise.constructor;
    if (original !== Promise && !isPromisePrototype(Reflect.getPrototypeOf(promise))) return true;
    const { constructor } = Reflect.getPrototypeOf(promise) as { readonly constructor: PromiseConstructor };
    return this.#shadows.define('constructor', { value: createStandIn(constructor), writable: true });
  }

  #claim(receiver: unknown): boolean {
    if (this.#isClaimed || receiver !== this.#thenable.deref()) return false;
    this.#isClaimed = true;
    stopWaiting(this.#open);
    return true;
  }

  #run<T>(start: () => T): T {
    try {
      return this.#open.run(start);
    } catch (error) {
      this.#finish(() => this.#open.fail(error));
      throw error;
    }
  }

  #onFulfilled(callback: unknown): Callback {
    return (value, ...others) => {
      const result = this.#settle(() => this.#observeValue(value), value);
      return typeof callback === 'function' ? (callback as Callback)(result, ...others) : result;
    };
  }

  #onRejected(callback: unknown): Callback {
    return (error, ...others) => {
      this.#finish(() => this.#open.fail(error));
      if (typeof callback === 'function') return (callback as Callback)(error, ...others);
      throw error;
    };
  }

  #onFinally(callback: Callback, isDerived: () => boolean): Callback {
    return (...args) => {
      if (!isDerived()) this.#finish(() => this.#open.end());
      return callback(...args);
    };
  }

  /** Settles with a value, once: a thenable may call back twice. */
  #settle(observe: () => unknown, otherwise: unknown): unknown {
    let result = otherwise;
    this.#finish(() => {
      result = observe();
    });
    return result;
  }

  #finish(end: () => void): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#shadows.remove();
    end();
  }
}

function createMethod(call: (receiver: unknown, args: unknown[]) => unknown): Callback {
  return function shadow(this: unknown, ...args: unknown[]): unknown {
    return call(this, args);
  };
}
