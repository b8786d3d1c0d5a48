// How the share of traces is decided at a root: a fixed ratio, rules, or a target of traces a second.

import { guarded } from '../core/guard.js';
import { thresholdOf } from '../spans/threshold.js';
import { createSpanMatcher, type MatchableSpan } from './span-matcher.js';
import type { SampleRule } from './options.js';

/**
 * Answers the threshold for a trace that begins with this span; undefined keeps none. It decides a share, never a
 * single trace: which traces these are follows from their ids, in every service alike.
 */
export type RatioPolicy = (root: MatchableSpan) => string | undefined;

/** One ratio for every trace. */
export function createFixedRatioPolicy(ratio: number): RatioPolicy {
  const threshold = thresholdOf(ratio);
  return () => threshold;
}

/**
 * The ratio of the first rule that fits the root.
 *
 * @param rules in the order in which they are tried
 * @param otherwise decides what no rule fits
 */
export function createRulePolicy(rules: readonly SampleRule[], otherwise: RatioPolicy): RatioPolicy {
  if (rules.length === 0) return otherwise;
  const compiled = rules.map(rule => ({ fits: createSpanMatcher(rule), threshold: thresholdOf(rule.ratio) }));
  return root => {
    for (const { fits, threshold } of compiled) {
      // Only attributes with getters can throw; a rule that cannot be asked does not fit.
      if (guarded('matching a span with sample.rules', () => fits(root), false)) return threshold;
    }
    return otherwise(root);
  };
}

/**
 * The rules that can never apply, because one before them fits all that they fit.
 *
 * @param rules in the order in which they are tried
 * @returns a sentence for each, naming both
 */
export function findUnreachableRules(rules: readonly SampleRule[]): string[] {
  return rules.flatMap((rule, i) => {
    const by = rules.slice(0, i).findIndex(earlier => covers(earlier, rule));
    if (by < 0) return [];
    return [
      `sample.rules[${i}] never applies: sample.rules[${by}] fits everything that it fits, and comes first; ` +
        'put the narrower rule first',
    ];
  });
}

/** Whether everything that the narrow rule fits, the wide one fits: only where that is certain. */
function covers(wide: SampleRule, narrow: SampleRule): boolean {
  const attributes = Object.entries(wide.attributes ?? {});
  return (
    (wide.kind === undefined || wide.kind === narrow.kind) &&
    globCovers(wide.name, narrow.name) &&
    globCovers(wide.route, narrow.route) &&
    attributes.every(([key, value]) => JSON.stringify(narrow.attributes?.[key]) === JSON.stringify(value))
  );
}

function globCovers(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || wide === narrow) return true;
  if (narrow === undefined || !wide.endsWith('*')) return false;
  const prefix = wide.slice(0, -1);
  return !prefix.includes('*') && narrow.startsWith(prefix);
}
