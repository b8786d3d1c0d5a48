// Where OpenTelemetry instruments the server below (node:http under Next, Hono or an adapter), the request has its
// SERVER span already. It is found as OpenTelemetry's framework instrumentations find it, and told the route.

import { type Context, createContextKey, type Span } from '@opentelemetry/api';

// `createContextKey` is `Symbol.for`: the same key as that of @opentelemetry/core, which a test holds.
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** What an instrumentation of HTTP servers leaves in the context of a request. */
export interface ServedRequest {
  readonly span: Span;
  /** Becomes `http.route` and the span's name when the response is sent. */
  route?: string;
}

/** The request that is being served in a context; undefined where nobody has made a span for it, or it is over. */
export function servedRequest(context: Context): ServedRequest | undefined {
  const found = context.getValue(RPC_METADATA) as (ServedRequest & { type?: unknown }) | undefined;
  if (found === undefined || found === null || typeof found.span?.spanContext !== 'function')
    return undefined;
  const { ended } = found.span as { ended?: boolean };
  return ended === true ? undefined : found;
}
