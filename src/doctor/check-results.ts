// Creates the checks that the doctor returns.

import type { Check } from '../core/check.js';
import type { Diagnostic } from '../core/diagnostic.js';

/** A fault with everything that a user needs to correct it. */
export interface Fault extends Diagnostic {
  readonly why: string;
  readonly fix: string;
  readonly source: string;
}

/** A check without findings. */
export function createOkCheck(name: string, message: string): Check {
  return { name, status: 'ok', message };
}

/** A check that was not possible. The message of the diagnostic gives the reason. */
export function createSkippedCheck(
  name: string,
  { code, message, source }: Pick<Fault, 'code' | 'message' | 'source'>,
): Check {
  return { name, status: 'skipped', code, message, source };
}

/**
 * A check that found a fault.
 *
 * @param name the subject of the check
 * @param fault the diagnostic
 * @param status `'warning'` if spans still arrive. @default 'error'
 */
export function createFaultCheck(name: string, fault: Fault, status: 'error' | 'warning' = 'error'): Check {
  const { code, message, why, fix, source } = fault;
  return { name, status, code, message, why, fix, source };
}

/**
 * A check with steps. It repeats the first error among them, or else the first warning.
 *
 * @param name the subject of the check
 * @param steps the single checks
 * @param okMessage the message if no step found a fault
 */
export function summarizeSteps(name: string, steps: readonly Check[], okMessage: string): Check {
  const worst =
    steps.find(({ status }) => status === 'error') ?? steps.find(({ status }) => status === 'warning');
  return worst === undefined ? { name, status: 'ok', message: okMessage, steps } : { ...worst, name, steps };
}
