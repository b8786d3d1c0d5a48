// The first span of this process in a trace, where the provider is not ours and does not know it:
// the facade notes it in the context. Our own engine keeps it on the span and needs none of this.

import { type Context, createContextKey, type Span, trace as apiTrace } from '@opentelemetry/api';
import { LightContext, withSpan } from '../context/index.js';

const ROOT_KEY = createContextKey('@do/trace local root');

/** The child context that holds `span`, with the local root noted once for each trace. */
export function setSpanAndLocalRoot(parent: Context, span: Span): Context {
  const noted = parent.getValue(ROOT_KEY) as Span | undefined;
  if (noted !== undefined && sameTrace(noted, span)) return withSpan(parent, span);
  const above = apiTrace.getSpan(parent);
  const local = above !== undefined && above.spanContext().isRemote !== true && sameTrace(above, span);
  return withSpan(withRoot(parent, local ? above : span), span);
}

/** Without copying the map of a context of OpenTelemetry's; a light one replaces what it noted before. */
function withRoot(parent: Context, root: Span): Context {
  return parent instanceof LightContext
    ? parent.setValue(ROOT_KEY, root)
    : new LightContext(parent, ROOT_KEY, root);
}

/** The noted local root, or the active span itself where the facade started none. */
export function getForeignLocalRoot(context: Context, active: Span): Span {
  const noted = context.getValue(ROOT_KEY) as Span | undefined;
  return noted !== undefined && sameTrace(noted, active) ? noted : active;
}

function sameTrace(one: Span, other: Span): boolean {
  return one.spanContext().traceId === other.spanContext().traceId;
}
