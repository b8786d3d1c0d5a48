// Lazy thenables (Prisma, Knex, Mongoose). They are started once, in the context of the span, and keep their members.

import { types } from 'node:util';
import { createForwardingProxy } from './forwarding-proxy.js';
import type { OpenSpan } from './open-span.js';

/** An object with a `then` method. */
export interface Thenable {
  // oxlint-disable-next-line unicorn/no-thenable -- this is the interface of one
  then(onFulfilled: (value: unknown) => unknown, onRejected: (error: unknown) => unknown): unknown;
}

/**
 * Whether a value is a thenable.
 *
 * @throws the exception of a `then` getter
 */
export function isThenable(value: unknown): value is Thenable {
  return typeof (value as Partial<Thenable>).then === 'function';
}

/**
 * Starts a thenable in the context of the span. Later changes by its methods do not affect this run. A method that returns
 * the thenable returns the result of this function, so that nothing runs twice.
 *
 * @param thenable the result of a function
 * @param open the span, which ends when the thenable settles
 * @param observeValue with `stream: true`, converts the value and ends the span
 * @returns an object with all members of the thenable and the `then` of the started promise
 */
export function traceThenable(
  thenable: Thenable,
  open: OpenSpan,
  observeValue?: (value: unknown) => unknown,
): Thenable {
  const started = open.run(
    () =>
      new Promise<unknown>((resolve, reject) => {
        thenable.then(resolve, reject);
      }),
  );
  const settled = started.then(
    value => {
      if (observeValue !== undefined) return observeValue(value);
      open.end();
      return value;
    },
    error => {
      open.fail(error);
      throw error;
    },
  );
  // The application may never await a thenable that we started, so its rejection is handled. A caller of `then` gets a
  // separate promise and handles that. A promise of a subclass or with members runs anyway, so its rejection stays unhandled.
  if (!types.isPromise(thenable)) settled.catch(() => {});
  return createForwardingProxy(thenable, {
    // oxlint-disable-next-line unicorn/no-thenable -- the thenable's own, started
    then: settled.then.bind(settled),
    catch: settled.catch.bind(settled),
    finally: settled.finally.bind(settled),
  });
}
