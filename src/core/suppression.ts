// OpenTelemetry's context key that suppresses tracing, without loading `@opentelemetry/core` for two lines.

import { type Context, createContextKey } from '@opentelemetry/api';

/** `true` suppresses spans. A test compares it with the key of `@opentelemetry/core`. */
export const SUPPRESS_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

const CLIENT_CALL_KEY = createContextKey('@do/trace suppressed below a client span');

/** Returns a context in which no spans are created. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_KEY, true);
}

/** Whether a context suppresses spans. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_KEY) === true;
}

/** Returns a context for the request of a client span, in which no instrumentation creates a second one. */
export function suppressBelowClientSpan(context: Context): Context {
  return suppressTracing(context).setValue(CLIENT_CALL_KEY, true);
}

/**
 * Whether a context suppresses spans on behalf of the application. The suppression below a client span does not apply to a
 * server in the same process, which the application may pass to `traceFetch` as the function that sends.
 */
export function isSuppressedByApplication(context: Context): boolean {
  return isTracingSuppressed(context) && context.getValue(CLIENT_CALL_KEY) !== true;
}
