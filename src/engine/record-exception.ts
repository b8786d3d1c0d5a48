// `recordException`: what it takes, and what it makes of it.
// https://opentelemetry.io/docs/specs/otel/trace/api/#record-exception

import { type Attributes, diag } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { errorFacts, exceptionAttributes } from '../spans/exception.js';

/**
 * The attributes of the event for an exception; says so where there is nothing to record.
 *
 * @param exception an error, its message, or an object with some of its parts
 * @returns undefined where there is neither a type nor a message
 */
export function readExceptionAttributes(exception: unknown): Attributes | undefined {
  const attributes = attributesOf(exception);
  if (attributes === undefined) diag.warn(`Failed to record an exception ${safeText(exception)}`);
  return attributes;
}

function attributesOf(exception: unknown): Attributes | undefined {
  if (typeof exception === 'string') return exception === '' ? undefined : { 'exception.message': exception };
  if (typeof exception !== 'object' || exception === null) return undefined;
  const facts = errorFacts(exception);
  const { type, code, message } = facts;
  if (type === undefined && code === undefined && message === undefined) return undefined;
  // An object that has nothing but a code is known by it.
  if (type === undefined && code !== undefined) {
    return exceptionAttributes({ ...facts, type: code, code: undefined });
  }
  return exceptionAttributes(facts);
}
