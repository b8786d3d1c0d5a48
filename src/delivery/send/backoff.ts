// The pause before a request is sent again: exponential, with full jitter, up to a maximum.
// Full jitter spreads the clients of a backend that recovers; see Brooker, "Exponential Backoff And Jitter".

const BASE_MS = 500;
const MAX_MS = 30_000;
// Jitter can be close to zero; a backend in trouble never receives the next attempt at once.
const MIN_MS = 50;
// Past six doublings the maximum applies. The bound keeps the exponent finite after a year of failures.
const MAX_DOUBLINGS = 6;

/**
 * The milliseconds until the next attempt.
 *
 * @param failures consecutive failed attempts, from 1
 * @param random returns a number in [0, 1)
 */
export function computeBackoffMs(failures: number, random: () => number): number {
  const ceilingMs = Math.min(MAX_MS, BASE_MS * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
  return Math.max(MIN_MS, random() * ceilingMs);
}
