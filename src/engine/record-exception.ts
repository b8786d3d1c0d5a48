// The attributes of the event that `recordException` adds.
// https://opentelemetry.io/docs/specs/otel/trace/api/#record-exception

import { type Attributes, diag } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { readErrorDetails, toExceptionAttributes } from '../spans/exception.js';

/**
 * Reads the attributes of an exception event, and logs an exception that has none.
 *
 * @param exception an error, a message, or an object with some of the fields of an error
 * @returns undefined if the exception has neither a type nor a code nor a message
 */
export function readExceptionAttributes(exception: unknown): Attributes | undefined {
  const attributes = readAttributes(exception);
  if (attributes === undefined) diag.warn(`Failed to record an exception ${safeText(exception)}`);
  return attributes;
}

function readAttributes(exception: unknown): Attributes | undefined {
  if (typeof exception === 'string') return exception === '' ? undefined : { 'exception.message': exception };
  if (typeof exception !== 'object' || exception === null) return undefined;
  const details = readErrorDetails(exception);
  const { type, code, message } = details;
  if (type === undefined && code === undefined && message === undefined) return undefined;
  // The code is the type of an object that has no name of a class.
  if (type === undefined && code !== undefined) {
    return toExceptionAttributes({ ...details, type: code, code: undefined });
  }
  return toExceptionAttributes(details);
}
