// Waiting for somebody else's server, which shows what it was given a little later.

import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const PAUSE_MS = 200;

/** Runs a check until it holds, for a minute; rejects with its last failure. */
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
