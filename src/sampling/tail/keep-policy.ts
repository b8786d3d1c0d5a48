// Finds a reason to keep a trace beyond its ratio: an error, slowness, or a matching span.

import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { KeepReason } from '../../spans/span-buffer.js';
import type { SpanMatch } from '../options.js';
import { createSpanMatcher } from '../span-matcher.js';

/** The conditions of `sample.keep`. */
export interface KeepPolicy {
  readonly errors: boolean;
  /** Milliseconds. */
  readonly slowerThanMs?: number;
  readonly match: readonly SpanMatch[];
}

/** Finds a keep reason in one ended span. */
export type FindKeepReason = (span: ReadableSpan, isLocalRoot: boolean) => KeepReason | undefined;

/** Whether the policy has a condition. */
export function hasKeepReasons({ errors, slowerThanMs, match }: KeepPolicy): boolean {
  return errors || slowerThanMs !== undefined || match.length > 0;
}

/**
 * Creates the search. An error takes precedence over slowness, and slowness over a match.
 *
 * @param policy the conditions
 */
export function createKeepReasonFinder({ errors, slowerThanMs, match }: KeepPolicy): FindKeepReason {
  const matchers = match.map(createSpanMatcher);
  return (span, isLocalRoot) => {
    if (errors && span.status.code === SpanStatusCode.ERROR) return 'error';
    if (isLocalRoot && slowerThanMs !== undefined && getDurationMs(span) > slowerThanMs) return 'slow';
    for (const matches of matchers) if (matches(span)) return 'match';
    return undefined;
  };
}

function getDurationMs({ duration: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1e3 + nanos / 1e6;
}
