// Waiting for what happens in this process a little later, as the end of a server's span after its answer.

import { vi } from 'vitest';

/** Against what never happens; a busy machine takes its time. */
const LIMIT_MS = 60_000;

/** Runs a check until it passes, and returns its result. Rejects with its last failure. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: LIMIT_MS, interval: 10 });
}
