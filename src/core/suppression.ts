// OpenTelemetry's context key that suppresses tracing, without loading `@opentelemetry/core` for two lines.

import { type Context, createContextKey } from '@opentelemetry/api';

/** `true` suppresses spans. A test compares it with the key of `@opentelemetry/core`. */
export const SUPPRESS_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Returns a context in which no spans are created. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_KEY, true);
}

/** Whether a context suppresses spans. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_KEY) === true;
}
