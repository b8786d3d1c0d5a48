// How much may wait for a decision at a trace's end where nobody says otherwise.

/** The bounds of `sample.keep`. */
export const DEFAULT_TAIL_LIMITS = {
  /** Bytes of all traces that wait. */
  maxBytes: 67_108_864,
  /** Traces that wait. */
  maxTraces: 100_000,
  /** Milliseconds that a trace waits. */
  maxWaitMs: 60_000,
} as const;
