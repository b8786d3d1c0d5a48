// The ratio policy of a function: `sample: span => ratio`.

import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { safeText } from '../core/diagnostics.js';
import { toThreshold } from '../spans/threshold.js';
import type { SampleFunction } from './options.js';
import type { RatioPolicy } from './ratio-policy.js';
import type { MatchableSpan } from './span-matcher.js';

/**
 * Creates the policy. A function that throws or returns no number keeps the trace, because a trace that is missing cannot be
 * recovered. A number outside 0 to 1 counts as the nearer end. Both are reported once.
 *
 * @param select returns the share of traces with such a root, from 0 to 1
 */
export function createFunctionPolicy(select: SampleFunction): RatioPolicy {
  let lastRatio = 1;
  let lastThreshold = toThreshold(1);
  return root => {
    const ratio = selectRatio(select, root);
    // Most functions return few different ratios, so the last threshold is often the right one.
    if (ratio !== lastRatio) {
      lastThreshold = toThreshold(ratio);
      lastRatio = ratio;
    }
    return lastThreshold;
  };
}

function selectRatio(select: SampleFunction, { name, kind, attributes }: MatchableSpan): number {
  const ratio: unknown = guarded('sample', () => select({ name, kind, attributes }), 1);
  if (typeof ratio === 'number' && ratio >= 0 && ratio <= 1) return ratio;
  const used = typeof ratio === 'number' && !Number.isNaN(ratio) ? Math.min(1, Math.max(0, ratio)) : 1;
  globalState.diagnostics.reportOnce('sample:ratio', 'warn', {
    code: 'sample_ratio_invalid',
    message: `the function in the option sample returned ${typeof ratio === 'number' ? safeText(ratio) : typeof ratio}, so ${used} is used`,
    fix: 'Return a number from 0 to 1.',
    source: 'sample',
  });
  return used;
}
