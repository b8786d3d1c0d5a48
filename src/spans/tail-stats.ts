// The statistics of tail sampling.

import type { KeepReason } from './span-buffer.js';

/** The limit that made the tail sampler decide a trace before its end. */
export type Eviction = 'bytes' | 'traces' | 'time';

/** Numbers of traces, unless the description names another unit. */
export interface TailStats {
  /** Traces that wait for their end. */
  readonly open: number;
  /** Decided traces with spans that have not ended. */
  readonly late: number;
  /** Memory of the buffered spans and of the traces themselves, in bytes. */
  readonly bytes: number;
  /** Kept by the sampling ratio. */
  readonly keptByRatio: number;
  /** Kept for a reason, by reason. */
  readonly kept: Readonly<Record<KeepReason, number>>;
  readonly dropped: number;
  /** Decided before their end, by the limit that was reached. Included in the numbers above. */
  readonly evicted: Readonly<Record<Eviction, number>>;
}
