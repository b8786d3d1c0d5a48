// Records a failure on a span: the status, `error.type`, and one exception event on the innermost span.

import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded, reportFault } from '../core/guard.js';
import {
  getErrorType,
  readThrownDetails,
  type ThrownDetails,
  toExceptionAttributes,
} from '../spans/exception.js';
import { addRecord, findInnerRecord } from './recorded-errors.js';
import type { SpanOptions } from './types.js';

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
 * @param isError the option of the span. If it returns `false`, neither this span nor those around it record the error.
 * @default the option of `init()`
 */
export function recordFailure(
  span: Span,
  error: unknown,
  order: number,
  isError: SpanOptions['isError'] = globalState.isError,
): void {
  try {
    if (!span.isRecording()) return;
    const inner = findInnerRecord(error, span, order);
    if (inner?.isExpected === true) return;
    if (isError !== undefined && isExpected(isError, error)) {
      addRecord(error, span, order, true);
      return;
    }
    const details = readThrownDetails(error);
    setErrorStatus(span, details);
    if (inner !== undefined) return;
    span.addEvent('exception', toExceptionAttributes(details));
    addRecord(error, span, order, false);
  } catch (fault) {
    // A foreign span may throw. The caller rethrows the error of the application.
    reportFault('recording an error on the span', fault);
  }
}

/**
 * Records an error that the application reports itself. Never throws.
 *
 * @param span the span
 * @param error the error
 * @param attributes further attributes of the event, in the form that the span accepts
 * @param isHandled whether the work of the span goes on successfully
 */
export function recordReportedError(
  span: Span,
  error: unknown,
  attributes: Attributes | undefined,
  isHandled: boolean,
): void {
  try {
    if (!span.isRecording()) return;
    const details = readThrownDetails(error);
    if (!isHandled) setErrorStatus(span, details);
    span.addEvent('exception', { ...toExceptionAttributes(details), ...attributes });
    addRecord(error, span, nextStartOrder(), false);
  } catch (fault) {
    // A foreign span may throw.
    reportFault('recording an error on the span', fault);
  }
}

/** Whether `isError` returned `false`. The decision is needed at once, so a promise is reported. */
function isExpected(isError: NonNullable<SpanOptions['isError']>, error: unknown): boolean {
  const result: unknown = guarded('isError', () => isError(error), true);
  if (result instanceof Promise) {
    reportFault('isError', new TypeError('it returned a promise, and the error is recorded'));
  }
  return result === false;
}

function setErrorStatus(span: Span, details: ThrownDetails): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: details.message });
  span.setAttribute('error.type', getErrorType(details));
}
