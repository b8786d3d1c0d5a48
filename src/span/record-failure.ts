// What a failure leaves on a span: the status, `error.type`, and one exception event on the innermost span.

import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { errorType, exceptionAttributes, thrownFacts } from '../spans/exception.js';
import { guarded, reportFault } from '../core/guard.js';
import { globalState } from '../core/global-state.js';
import { markRecorded, wasRecorded } from './recorded-errors.js';

// Held in a constant: in the CommonJS build each use of an import is a getter call.
const { errors } = globalState;

/** The order of a span's start: an inner span has started later than those around it. */
export function nextStartOrder(): number {
  return ++errors.starts;
}

/**
 * Records on a span that its work failed. Never throws, so that the user's own error goes on untouched.
 *
 * @param span the span that fails
 * @param error what was thrown
 * @param order the span's start order
 * @param isError the user's own judgement; `false` leaves the span as it is
 */
export function recordFailure(
  span: Span,
  error: unknown,
  order: number,
  isError?: (error: unknown) => boolean,
): void {
  if (isError !== undefined && guarded('isError', () => isError(error), true) === false) return;
  try {
    if (!span.isRecording()) return;
    const facts = thrownFacts(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: facts.message });
    span.setAttribute('error.type', errorType(facts));
    if (wasRecorded(error, span, order)) return;
    span.addEvent('exception', exceptionAttributes(facts));
    markRecorded(error, span, order);
  } catch (fault) {
    // A foreign span may throw; the error that matters is the user's, which is rethrown by the caller.
    reportFault('recording an error on the span', fault);
  }
}
