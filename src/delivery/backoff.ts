// How long to wait before a request is sent again: exponential, with full jitter, up to a cap.
// Full jitter spreads the clients of a backend that comes back; see Brooker, "Exponential Backoff And Jitter".

const BASE_MS = 500;
const CAP_MS = 30_000;
// Jitter may come out near zero; a backend in trouble is never asked again at once.
const FLOOR_MS = 50;

/**
 * Milliseconds until the next try.
 *
 * @param failures how often it has failed in a row, from 1
 * @param random a number in [0, 1)
 */
export function backoffMs(failures: number, random: () => number): number {
  // Past six doublings the cap holds; the exponent is bounded, so that a year of failures does not overflow.
  return Math.max(FLOOR_MS, random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures - 1, 6)));
}
