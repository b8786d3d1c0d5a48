// What a failure leaves on a span: the status, `error.type`, and one exception event on the innermost span.

import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { errorType, exceptionAttributes, thrownFacts } from '../core/exception.js';
import { guarded, reportFault } from '../core/guard.js';
import { markTold, wasTold } from './seen-errors.js';

let starts = 0;

/** The order of a span's start, which tells outer spans from inner ones. */
export function nextOrder(): number {
  return ++starts;
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
    const { traceId } = span.spanContext();
    if (wasTold(error, traceId, order)) return;
    span.addEvent('exception', exceptionAttributes(facts));
    markTold(error, traceId, order);
  } catch (fault) {
    // A foreign span may throw; the error that matters is the user's, which is rethrown by the caller.
    reportFault('recording an error on the span', fault);
  }
}
