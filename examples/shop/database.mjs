// A database client without a database: it waits for the time that a query would take, and has a time-out like a real
// driver.

import { setTimeout as sleep } from 'node:timers/promises';

/** The database did not answer in time. */
export class DatabaseTimeoutError extends Error {
  name = 'DatabaseTimeoutError';
}

/**
 * @param {string} name the database, for messages
 * @param {{ timeoutMs: number, latencyMs: (key: string) => number }} options the time-out, and the duration of a query
 */
export function openDatabase(name, { timeoutMs, latencyMs }) {
  return {
    async query(statement, key) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        await sleep(latencyMs(key), undefined, { signal });
      } catch {
        const cause = new Error(`cancelled: ${statement}`, { cause: signal.reason });
        throw new DatabaseTimeoutError(`no answer from the ${name} within ${timeoutMs} ms`, {
          cause,
        });
      }
    },
  };
}
