// The numbers of tail sampling: what waits, and what became of the traces.

import type { KeepReason } from './span-buffer.js';

/** Which bound made a trace be decided before its end. */
export type Eviction = 'bytes' | 'traces' | 'time';

/** Traces, unless the name says otherwise. */
export interface TailStats {
  /** Waiting for their end. */
  readonly open: number;
  /** Decided, with spans that have not ended. */
  readonly late: number;
  /** Bytes that wait, traces without spans included. */
  readonly bytes: number;
  /** Kept by their share. */
  readonly keptByRatio: number;
  /** Kept for a reason. */
  readonly kept: Readonly<Record<KeepReason, number>>;
  readonly dropped: number;
  /** Decided before their end, by the bound that was reached; counted above as well. */
  readonly evicted: Readonly<Record<Eviction, number>>;
}
