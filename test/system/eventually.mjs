// Waiting for somebody else's server, which shows what it was given a little later.

import { setTimeout as sleep } from 'node:timers/promises';

const ATTEMPTS = 50;
const PAUSE_MS = 200;

/** Runs a check until it holds, for ten seconds; rejects with its last failure. */
export async function eventually(check) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await check();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
