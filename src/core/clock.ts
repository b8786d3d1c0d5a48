// Time, injected: everything that waits or measures takes a Clock, so that tests run in virtual time.

import { performance } from 'node:perf_hooks';

/** The two clocks a tracer needs. */
export interface Clock {
  /** Wall clock in milliseconds since the Unix epoch; may jump. */
  wallMs(): number;
  /** Milliseconds with sub-millisecond digits that only move forward, from an arbitrary origin. */
  monotonicMs(): number;
  /** Whether a test sets the wall clock: from one line to the next it may be another year then. */
  isFaked?(): boolean;
}

// The global `performance` is a getter, called at each use: two to three readings a span took 4 % of what it costs until
// its bytes are there. OpenTelemetry's `otperformance` holds it, too.
const monotonic = performance;
const wallNow = Date.now;

/** The machine's clocks. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => monotonic.now(),
  // Fake timers put another Date, or another `now`, in its place.
  isFaked: () => Date.now !== wallNow,
};
