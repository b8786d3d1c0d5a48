// Records a failure on a span: the status, `error.type`, and one exception event on the innermost span.

import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded, reportFault } from '../core/guard.js';
import { getErrorType, toExceptionAttributes, readThrownDetails } from '../spans/exception.js';
import { markRecorded, wasRecorded } from './recorded-errors.js';

// A constant, because in the CommonJS build each use of an import is a getter call.
const { errors } = globalState;

/** Returns the start order of a new span. An inner span has a higher order than the spans around it. */
export function nextStartOrder(): number {
  return ++errors.starts;
}

/**
 * Records on a span that its work failed. Never throws, so that the error of the application is rethrown unchanged.
 *
 * @param span the span
 * @param error the thrown value
 * @param order the start order of the span
 * @param isError the option of the application. If it returns `false`, the span is not changed
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
    const details = readThrownDetails(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: details.message });
    span.setAttribute('error.type', getErrorType(details));
    if (wasRecorded(error, span, order)) return;
    span.addEvent('exception', toExceptionAttributes(details));
    markRecorded(error, span, order);
  } catch (fault) {
    // A foreign span may throw. The caller rethrows the error of the application.
    reportFault('recording an error on the span', fault);
  }
}
