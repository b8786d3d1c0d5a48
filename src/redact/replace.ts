// The replacement of a secret: a mask, a hash, nothing, or the result of a user's function.

import { createHash } from 'node:crypto';
import { safeText } from '../core/diagnostics.js';
import { catchRejection } from '../core/catch-rejection.js';
import type { RedactOptions } from './options.js';

/** The mask. */
export const MASK = '***';

/** Called once, with the error of the user's function. */
export type ReportReplaceFault = (fault: unknown) => void;

/** Returns the replacement of a secret. */
export type ReplaceSecret = (value: string, key: string | undefined) => string;

/**
 * Creates the function behind the option `redact.replace`. If the user's function throws, or returns something other than a
 * string, the secret is masked, and the first such fault is reported.
 *
 * @param replace the option
 * @param report receives the fault
 */
export function createReplacer(replace: RedactOptions['replace'], report: ReportReplaceFault): ReplaceSecret {
  if (typeof replace === 'function') return guardReplace(replace, report);
  if (replace === 'hash') return hashSecret;
  return replace === 'drop' ? () => '' : () => MASK;
}

function guardReplace(replace: ReplaceSecret, report: ReportReplaceFault): ReplaceSecret {
  let isReported = false;
  const maskAndReport = (error: unknown, value: string): string => {
    // The message of the error may quote the secret.
    if (!isReported) report(value === '' ? safeText(error) : safeText(error).replaceAll(value, MASK));
    isReported = true;
    return MASK;
  };
  return (value, key) => {
    try {
      const replacement: unknown = replace(value, key);
      // A promise is reported below for its type, so its rejection needs no report.
      catchRejection(replacement, () => undefined);
      if (typeof replacement === 'string') return replacement;
      return maskAndReport(new TypeError(`it returned ${getTypeName(replacement)}, not a string`), value);
    } catch (error) {
      // The secret must be hidden even if the function fails.
      return maskAndReport(error, value);
    }
  };
}

function getTypeName(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' && 'then' in value ? 'a promise' : typeof value;
}

/** Hashes a secret to 32 bits. Equal secrets have equal hashes in every process, and the hash is too short to confirm a guess. */
function hashSecret(value: string): string {
  return `#${createHash('sha256').update(value).digest('hex').slice(0, 8)}`;
}
