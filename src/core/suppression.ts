// "No spans in here": OpenTelemetry's own context key for it, without loading OpenTelemetry's core for two lines.

import { type Context, createContextKey } from '@opentelemetry/api';

/** Set to `true` where no spans shall be made. A test holds it equal to what `@opentelemetry/core` writes. */
export const SUPPRESS_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** A context like the given one in which no spans are made. */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_KEY, true);
}

/** Whether no spans are made in a context. */
export function isTracingSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_KEY) === true;
}
