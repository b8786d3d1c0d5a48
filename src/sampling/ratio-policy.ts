// Ratio policies select the share of traces that is kept, at the root of a trace.

import { toThreshold } from '../spans/threshold.js';
import type { MatchableSpan } from './span-matcher.js';

/**
 * Returns the sampling threshold for traces with such a root; undefined keeps none. A policy selects a share, never a single
 * trace. The trace ids select the traces, in the same way in every service.
 */
export type RatioPolicy = (root: MatchableSpan) => string | undefined;

/** Creates the policy with one ratio for every trace. */
export function createFixedRatioPolicy(ratio: number): RatioPolicy {
  const threshold = toThreshold(ratio);
  return () => threshold;
}
