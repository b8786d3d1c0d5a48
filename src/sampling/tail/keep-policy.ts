// What is looked for in a trace: a reason to keep it although the share said no.

import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { KeepReason } from '../../spans/span-buffer.js';
import { createSpanMatcher } from '../span-matcher.js';
import type { SpanMatch } from '../options.js';

/** What is kept in any case. */
export interface KeepPolicy {
  readonly errors: boolean;
  /** Milliseconds. */
  readonly slowerThanMs?: number;
  readonly match: readonly SpanMatch[];
}

/** Looks at one ended span. */
export type FindKeepReason = (span: ReadableSpan, isLocalRoot: boolean) => KeepReason | undefined;

/** Whether the policy keeps anything at all. */
export function hasKeepReasons({ errors, slowerThanMs, match }: KeepPolicy): boolean {
  return errors || slowerThanMs !== undefined || match.length > 0;
}

/**
 * Makes the search; an error counts more than slowness, and that more than a match.
 *
 * @param policy what is kept in any case
 */
export function createKeepReasonFinder({ errors, slowerThanMs, match }: KeepPolicy): FindKeepReason {
  const matchers = match.map(createSpanMatcher);
  return (span, isLocalRoot) => {
    if (errors && span.status.code === SpanStatusCode.ERROR) return 'error';
    if (isLocalRoot && slowerThanMs !== undefined && milliseconds(span) > slowerThanMs) return 'slow';
    for (const fits of matchers) if (fits(span)) return 'match';
    return undefined;
  };
}

function milliseconds({ duration: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1e3 + nanos / 1e6;
}
