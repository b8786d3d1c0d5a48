// Time, injected: everything that waits or measures takes a Clock, so that tests run in virtual time.

/** The two clocks a tracer needs. */
export interface Clock {
  /** Wall clock in milliseconds since the Unix epoch; may jump. */
  wallMs(): number;
  /** Milliseconds with sub-millisecond digits that only move forward, from an arbitrary origin. */
  monotonicMs(): number;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
