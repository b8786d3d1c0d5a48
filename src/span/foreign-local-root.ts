// The local root of a trace on a foreign provider, which does not record it. The facade stores it in the context. Our own
// engine stores it in the span and does not use this file.

import { type Context, createContextKey, type Span, trace as apiTrace } from '@opentelemetry/api';
import { LightContext, setSpan } from '../context/index.js';

const ROOT_KEY = createContextKey('@do/trace local root');

/**
 * Returns a context in which the span is active, and which has the local root of its trace.
 *
 * @param parent the parent context
 * @param span the span
 */
export function setSpanAndLocalRoot(parent: Context, span: Span): Context {
  const storedRoot = parent.getValue(ROOT_KEY) as Span | undefined;
  if (storedRoot !== undefined && isSameTrace(storedRoot, span)) return setSpan(parent, span);
  const parentSpan = apiTrace.getSpan(parent);
  const isChildOfLocal =
    parentSpan !== undefined && parentSpan.spanContext().isRemote !== true && isSameTrace(parentSpan, span);
  return setSpan(setLocalRoot(parent, isChildOfLocal ? parentSpan : span), span);
}

/** Does not copy the map of OpenTelemetry's contexts. A light context replaces the root that it had before. */
function setLocalRoot(parent: Context, root: Span): Context {
  return parent instanceof LightContext
    ? parent.setValue(ROOT_KEY, root)
    : new LightContext(parent, ROOT_KEY, root);
}

/**
 * Returns the stored local root, or the active span itself if the facade did not start the trace.
 *
 * @param context the active context
 * @param activeSpan the active span
 */
export function getForeignLocalRoot(context: Context, activeSpan: Span): Span {
  const storedRoot = context.getValue(ROOT_KEY) as Span | undefined;
  return storedRoot !== undefined && isSameTrace(storedRoot, activeSpan) ? storedRoot : activeSpan;
}

function isSameTrace(one: Span, other: Span): boolean {
  return one.spanContext().traceId === other.spanContext().traceId;
}
