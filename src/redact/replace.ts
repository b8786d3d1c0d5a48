// What stands in a secret's place.

import { createHash } from 'node:crypto';
import { safeText } from '../core/diagnostics.js';
import { catchRejection } from '../core/unawaited.js';
import type { RedactOptions } from './options.js';

/** What a mask looks like. */
export const MASK = '***';

/** Told what is wrong with what the user handed in, once. */
export type ReportReplaceFault = (fault: unknown) => void;

/** Makes a secret's replacement. */
export type ReplaceSecret = (value: string, key: string | undefined) => string;

/**
 * The replacement as the option wants it. A user's function that throws, or answers anything but a text, gives a mask
 * and is reported, the first time.
 */
export function createReplacer(replace: RedactOptions['replace'], report: ReportReplaceFault): ReplaceSecret {
  if (typeof replace === 'function') return guardedReplace(replace, report);
  if (replace === 'hash') return hashOf;
  return replace === 'drop' ? () => '' : () => MASK;
}

function guardedReplace(replace: ReplaceSecret, report: ReportReplaceFault): ReplaceSecret {
  let isReported = false;
  const fault = (error: unknown, value: string): string => {
    // The function's error may quote what was to be hidden.
    if (!isReported) report(value === '' ? safeText(error) : safeText(error).replaceAll(value, MASK));
    isReported = true;
    return MASK;
  };
  return (value, key) => {
    try {
      const answer: unknown = replace(value, key);
      // That it is a promise is reported already.
      catchRejection(answer, () => undefined);
      return typeof answer === 'string'
        ? answer
        : fault(new TypeError(`it returned ${kindOf(answer)}, not a text`), value);
    } catch (error) {
      // What was to be hidden is hidden all the same.
      return fault(error, value);
    }
  };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' && 'then' in value ? 'a promise' : typeof value;
}

/** Equal secrets have equal hashes in every process; 32 bits say which, and are too few to prove a guess. */
function hashOf(value: string): string {
  return `#${createHash('sha256').update(value).digest('hex').slice(0, 8)}`;
}
