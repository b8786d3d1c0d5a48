// Waits for a promise within a time limit.

import { systemTimers, type Timers } from './timers.js';

/** The result of a wait with a time limit: `'fulfilled'`, `'rejected'` or `'timeout'`. */
export type TimedResult<T> = PromiseSettledResult<T> | { readonly status: 'timeout' };

/** The timer of a wait. */
export interface TimeoutOptions {
  /** @default systemTimers */
  readonly timers?: Timers;
  /** Whether the timer keeps the process alive until the wait ends. @default true */
  readonly keepAlive?: boolean;
}

/**
 * Waits for a promise, but not longer than the limit. Never rejects.
 *
 * @param work the promise; it continues after the limit, and a later rejection is ignored
 * @param timeoutMs the limit in milliseconds
 * @param options the timers and their effect on the process
 */
export function withTimeout<T>(
  work: Promise<T>,
  timeoutMs: number,
  { timers = systemTimers, keepAlive = true }: TimeoutOptions = {},
): Promise<TimedResult<T>> {
  return new Promise(resolve => {
    const cancel = timers.after(timeoutMs, () => resolve({ status: 'timeout' }), keepAlive);
    const end = (result: TimedResult<T>): void => {
      cancel();
      resolve(result);
    };
    work.then(
      value => end({ status: 'fulfilled', value }),
      (reason: unknown) => end({ status: 'rejected', reason }),
    );
  });
}
