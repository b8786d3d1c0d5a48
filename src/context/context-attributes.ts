// The attributes that `trace.withAttributes` puts into a context, for the spans that start in it.

import { type Context, createContextKey } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';

// `createContextKey` is `Symbol.for`: every copy of this package has the same key.
const ATTRIBUTES_KEY = createContextKey('@do/trace attributes');

/** Attributes of a context. The values are plain data that no other code can change. */
export type ContextAttributes = Readonly<Record<string, unknown>>;

/**
 * Returns a context in which every new span gets the attributes. Those of the given context remain, except for equal keys.
 *
 * @param context the context to extend
 * @param attributes the attributes; the caller does not change them afterwards
 */
export function addContextAttributes(context: Context, attributes: ContextAttributes): Context {
  globalState.usesContextAttributes = true;
  return context.setValue(ATTRIBUTES_KEY, { ...getContextAttributes(context), ...attributes });
}

/** Returns the attributes for new spans, or undefined if the context has none. */
export function getContextAttributes(context: Context): ContextAttributes | undefined {
  // Until the first call of `trace.withAttributes`, the start of a span does not search its context.
  if (!globalState.usesContextAttributes) return undefined;
  return context.getValue(ATTRIBUTES_KEY) as ContextAttributes | undefined;
}
