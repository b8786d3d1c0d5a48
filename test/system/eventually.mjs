// Waits for a server that shows received data with a delay.

import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const PAUSE_MS = 200;

/** Runs a check until it passes, for at most a minute. Rejects with its last failure. */
export async function eventually(check) {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() >= end) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
