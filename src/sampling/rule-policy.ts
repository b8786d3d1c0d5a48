// Ratios for particular roots: `sample.rules`.

import type { Diagnostic } from '../core/diagnostic.js';
import { guarded } from '../core/guard.js';
import { toThreshold } from '../spans/threshold.js';
import type { SampleRule } from './options.js';
import type { RatioPolicy } from './ratio-policy.js';
import { createSpanMatcher } from './span-matcher.js';

/**
 * Creates the policy with the ratio of the first rule that matches the root.
 *
 * @param rules in the order in which they are tried
 * @param fallback selects the ratio of a root that no rule matches
 */
export function createRulePolicy(rules: readonly SampleRule[], fallback: RatioPolicy): RatioPolicy {
  if (rules.length === 0) return fallback;
  const compiled = rules.map(rule => ({
    matches: createSpanMatcher(rule),
    threshold: toThreshold(rule.ratio),
  }));
  return root => {
    for (const { matches, threshold } of compiled) {
      // Only attributes with getters can throw. A rule that throws does not match.
      if (guarded('matching a span with sample.rules', () => matches(root), false)) return threshold;
    }
    return fallback(root);
  };
}

/**
 * Finds the rules that never match, because an earlier rule matches every span that they match.
 *
 * @param rules in the order in which they are tried
 * @returns a diagnostic for each, which names both rules
 */
export function findUnreachableRules(rules: readonly SampleRule[]): Diagnostic[] {
  return rules.flatMap((rule, index) => {
    const earlier = rules.slice(0, index).findIndex(candidate => covers(candidate, rule));
    if (earlier < 0) return [];
    const source = `sample.rules[${index}]`;
    return [
      {
        code: 'rule_never_matches',
        message: `${source} never matches, because sample.rules[${earlier}] is tried first and matches all of its spans`,
        why: 'Its ratio is not used.',
        fix: 'Put the narrower rule first.',
        source,
      },
    ];
  });
}

/** Whether the wide rule certainly matches every span that the narrow rule matches. */
function covers(wide: SampleRule, narrow: SampleRule): boolean {
  const attributes = Object.entries(wide.attributes ?? {});
  return (
    (wide.kind === undefined || wide.kind === narrow.kind) &&
    coversGlob(wide.name, narrow.name) &&
    coversGlob(wide.route, narrow.route) &&
    attributes.every(([key, value]) => JSON.stringify(narrow.attributes?.[key]) === JSON.stringify(value))
  );
}

function coversGlob(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || wide === narrow) return true;
  if (narrow === undefined || !wide.endsWith('*')) return false;
  const prefix = wide.slice(0, -1);
  return !prefix.includes('*') && narrow.startsWith(prefix);
}
