// Keeps about a constant number of traces a second under any load: the ratio is the target over the measured rate of new
// traces.
//
// The rate is the quotient of a count and a time. Both decay exponentially with the same time constant, so the quotient is
// right from the first trace on. When the load jumps, the ratio falls within the time constant. The number of traces kept
// meanwhile grows with the logarithm of the jump, while a controller that halves and doubles keeps a share of the jump itself.
// The ratio sets a threshold, so the trace ids still decide which traces are kept.
// After O. Ertl's consistent rate-limiting sampler in opentelemetry-java-contrib (Apache-2.0), which decays in the same way.

import { type Clock, systemClock } from '../core/clock.js';
import { toThreshold } from '../spans/threshold.js';
import type { RatioPolicy } from './ratio-policy.js';

/** The options of an adaptive policy. */
export interface AdaptivePolicyOptions {
  /** The target, in traces a second. */
  readonly perSecond: number;
  /** The largest ratio, which a low load reaches. @default 1 */
  readonly ratio?: number;
  /** @default the clock of the system */
  readonly clock?: Clock;
}

// Short enough to follow a jump within a second, and long enough that chance changes the ratio by at most a tenth.
const DECAY_MS = 1_000;
// A new threshold for every trace would cost more than the rest of the decision. Half a per cent is far below chance.
const RATIO_TOLERANCE = 0.005;

/**
 * Creates a policy that keeps about a number of traces a second.
 *
 * @param options the target and the largest ratio
 */
export function createAdaptivePolicy(options: AdaptivePolicyOptions): RatioPolicy {
  const { perSecond, ratio: maxRatio = 1, clock = systemClock } = options;
  let lastMs = clock.monotonicMs();
  let count = 0;
  let elapsedMs = 0;
  let thresholdRatio = Number.NaN;
  let threshold: string | undefined;

  return () => {
    const nowMs = clock.monotonicMs();
    // A clock that went back carries no information about the load.
    const passedMs = Math.max(0, nowMs - lastMs);
    lastMs = nowMs;
    const decay = Math.exp(-passedMs / DECAY_MS);
    count = count * decay + 1;
    // The integral of the decay over the time that has passed.
    elapsedMs = elapsedMs * decay + DECAY_MS * (1 - decay);
    const ratio = Math.min(maxRatio, (perSecond * elapsedMs) / 1_000 / count);
    if (!(Math.abs(ratio - thresholdRatio) <= thresholdRatio * RATIO_TOLERANCE)) {
      thresholdRatio = ratio;
      threshold = toThreshold(ratio);
    }
    return threshold;
  };
}
