// Lazy thenables (Prisma, Knex, Mongoose): started exactly once, inside the span, and usable as before.

import { types } from 'node:util';
import { createForwardingProxy } from './forwarding-proxy.js';
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
 * Starts a thenable inside the span and answers for it from then on. What its methods change afterwards comes too late
 * for this run; a method that returns the thenable returns this object, so that nothing runs twice.
 *
 * @param thenable what fn returned
 * @param open the span that stays open until it settles
 * @param handOver what to make of the value, with `stream: true`
 * @returns an object with all members of the thenable, whose `then` is the started promise's
 */
export function traceThenable(
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
  // We started it; nobody may have wanted it. Whoever calls `then` gets a promise of its own, and answers for that.
  // A real promise, with members or of a subclass, runs anyway: its rejection stays unhandled if nobody handles it.
  if (!types.isPromise(thenable)) settled.catch(() => {});
  return createForwardingProxy(thenable, {
    // oxlint-disable-next-line unicorn/no-thenable -- the thenable's own, started
    then: settled.then.bind(settled),
    catch: settled.catch.bind(settled),
    finally: settled.finally.bind(settled),
  });
}
