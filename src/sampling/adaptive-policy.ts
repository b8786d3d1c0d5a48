// About so many traces a second, whatever the load: the share is the target over the measured rate of new traces.
//
// The rate is a count and a span of time that both fade with the same half-life, so their quotient is right from the
// first trace on. When the load jumps, the share falls within the fading time: what is kept meanwhile grows with the
// logarithm of the jump, where a controller that halves and doubles keeps a share of the jump itself.
// The share steers a threshold, so which traces are kept still follows from their ids.
// After O. Ertl, consistent rate-limiting sampler in opentelemetry-java-contrib (Apache-2.0), which fades in the same way.

import { type Clock, systemClock } from '../core/clock.js';
import { thresholdOf } from '../spans/threshold.js';
import type { RatioPolicy } from './ratio-policy.js';

/** What an adaptive decider is told. */
export interface AdaptivePolicyOptions {
  /** Traces a second. */
  readonly perSecond: number;
  /** The largest share, however low the load. @default 1 */
  readonly ratio?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

// Short enough to answer a jump within a second, long enough that chance does not move the share by more than a tenth.
const FADING_MS = 1_000;
// A new threshold for every trace would cost more than the rest of the decision; half a per cent is far below chance.
const TOLERANCE = 0.005;

/**
 * Decides so that about so many traces a second are kept.
 *
 * @param options the target, and a bound for the share
 */
export function createAdaptivePolicy(options: AdaptivePolicyOptions): RatioPolicy {
  const { perSecond, ratio = 1, clock = systemClock } = options;
  let lastMs = clock.monotonicMs();
  let count = 0;
  let spanMs = 0;
  let decidedAt = Number.NaN;
  let threshold: string | undefined;

  return () => {
    const nowMs = clock.monotonicMs();
    // A clock that went back has told nothing about the load.
    const passedMs = Math.max(0, nowMs - lastMs);
    lastMs = nowMs;
    const faded = Math.exp(-passedMs / FADING_MS);
    count = count * faded + 1;
    // Exactly what has passed, faded as the counts are.
    spanMs = spanMs * faded + FADING_MS * (1 - faded);
    const share = Math.min(ratio, (perSecond * spanMs) / 1_000 / count);
    if (!(Math.abs(share - decidedAt) <= decidedAt * TOLERANCE)) {
      decidedAt = share;
      threshold = thresholdOf(share);
    }
    return threshold;
  };
}
