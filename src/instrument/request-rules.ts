// The rules `ignore` and `ignoreOutgoing`: patterns with `*`, regular expressions, or a function of the application.

import { isAccepted } from '../core/guard.js';
import { matchesHostPattern, parseHostPattern } from '../core/host-pattern.js';
import { formatTargetUrl, type RequestTarget } from '../core/request-target.js';
import type { HttpInstrumentOptions, IncomingRequest } from './types.js';

/** Whether an incoming request has no span. */
export type IncomingRule = (request: IncomingRequest) => boolean;

/** Whether an outgoing request has no span. */
export type OutgoingRule = (target: RequestTarget) => boolean;

/**
 * Creates the rule of `ignore`. Patterns are compared with the path without the query.
 *
 * @returns undefined if the option ignores nothing
 */
export function createIncomingRule(ignore: HttpInstrumentOptions['ignore']): IncomingRule | undefined {
  if (ignore === undefined) return undefined;
  if (typeof ignore === 'function') {
    return request => isAccepted('instrument.http.ignore', () => ignore(request));
  }
  const patterns = toList(ignore).map(compileText);
  return ({ url = '/' }) => {
    const [path = ''] = url.split('?', 1);
    return patterns.some(matches => matches(path));
  };
}

/**
 * Creates the rule of `ignoreOutgoing`.
 *
 * @param source the path of the option, for diagnostics
 * @param ignore the option
 * @returns undefined if the option ignores nothing
 */
export function createOutgoingRule(
  source: string,
  ignore: HttpInstrumentOptions['ignoreOutgoing'],
): OutgoingRule | undefined {
  if (ignore === undefined) return undefined;
  if (typeof ignore === 'function') {
    return target => isAccepted(source, () => ignore(formatTargetUrl(target)));
  }
  const patterns = toList(ignore).map(compileTarget);
  return target => patterns.some(matches => matches(target));
}

function toList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function compileTarget(pattern: string | RegExp): OutgoingRule {
  const host = typeof pattern === 'string' ? parseHostPattern(pattern) : undefined;
  if (host !== undefined) return target => matchesHostPattern(host, target);
  // A pattern with a path and without a scheme is for both schemes.
  const matches = compileText(
    typeof pattern === 'string' && !pattern.includes('://') ? `*://${pattern}` : pattern,
  );
  return target => {
    const url = formatTargetUrl(target);
    return matches(url) || (url.includes('?') && matches(url.slice(0, url.indexOf('?'))));
  };
}

function compileText(pattern: string | RegExp): (text: string) => boolean {
  if (typeof pattern === 'string' && !pattern.includes('*')) return text => text === pattern;
  const source = pattern instanceof RegExp ? pattern.source : `^${escapePattern(String(pattern))}$`;
  // A regular expression with the flag g or y would start at the end of its last match.
  const flags = pattern instanceof RegExp ? pattern.flags.replace(/[gy]/g, '') : 's';
  const expression = new RegExp(source, flags);
  return text => expression.test(text);
}

/** Escapes everything but `*`, and joins repeated stars, which would make a match slow. */
function escapePattern(pattern: string): string {
  return pattern.replace(/[.+?^${}()|[\]\\/]/g, '\\$&').replace(/\*+/g, '.*');
}
