// The default limits of tail sampling.

/** The defaults of the limits in `sample.keep`. */
export const DEFAULT_TAIL_LIMITS = {
  /** Bytes of all undecided traces. */
  maxBytes: 67_108_864,
  /** The number of undecided traces. */
  maxTraces: 100_000,
  /** Milliseconds until an undecided trace is decided. */
  maxWaitMs: 60_000,
} as const;
