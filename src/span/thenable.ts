// Lazy thenables (Prisma, Knex, Mongoose): started exactly once, inside the span, and usable as before.

import type { OpenSpan } from './open-span.js';

/** Anything with a `then`. */
export interface Thenable {
  // oxlint-disable-next-line unicorn/no-thenable -- this is the interface of one
  then(onFulfilled: (value: unknown) => unknown, onRejected: (error: unknown) => unknown): unknown;
}

/** Tells a thenable. Throws what a `then` getter throws. */
export function isThenable(value: unknown): value is Thenable {
  return typeof (value as Partial<Thenable>).then === 'function';
}

/**
 * Starts a thenable inside the span and answers for it from then on.
 *
 * @param thenable what fn returned
 * @param open the span that stays open until it settles
 * @param handOver what to make of the value, with `stream: true`
 * @returns an object with all members of the thenable, whose `then` is the started promise's
 */
export function tracedThenable(
  thenable: Thenable,
  open: OpenSpan,
  handOver?: (value: unknown) => unknown,
): Thenable {
  const started = open.run(
    () =>
      new Promise<unknown>((resolve, reject) => {
        thenable.then(resolve, reject);
      }),
  );
  const settled = started.then(
    value => {
      if (handOver !== undefined) return handOver(value);
      open.end();
      return value;
    },
    error => {
      open.fail(error);
      throw error;
    },
  );
  // A frozen thenable cannot be given another `then` by a proxy: the promise itself has to do.
  if (Object.getOwnPropertyDescriptor(thenable, 'then')?.configurable === false) return settled;
  return new Proxy(thenable, {
    get(target, key) {
      if (key === 'then' || key === 'catch' || key === 'finally') return settled[key].bind(settled);
      const value: unknown = Reflect.get(target, key, target);
      // Methods run on the real object: its private fields do not exist on a proxy.
      return typeof value === 'function' && !isFixed(target, key) ? value.bind(target) : value;
    },
  });
}

function isFixed(target: object, key: string | symbol): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  return descriptor !== undefined && descriptor.configurable === false;
}
