// What an instrumentation of servers leaves in the context of a request for those of frameworks: they find the span
// there, and leave the route.

import { type Context, createContextKey, type Span } from '@opentelemetry/api';

// `createContextKey` is `Symbol.for`: the same key as that of @opentelemetry/core, which a test holds.
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** A request that is being served, as OpenTelemetry's framework instrumentations know it. */
export interface RpcMetadata {
  readonly type: 'http';
  span: Span;
  /** Becomes `http.route` and the span's name when the response is sent. */
  route?: string;
  /** Set by us when the request is over. */
  isEnded?: true;
}

/** A context like the given one in which a request is served. */
export function setRpcMetadata(context: Context, metadata: RpcMetadata): Context {
  return context.setValue(RPC_METADATA, metadata);
}

/** The request that is being served in a context; undefined where there is none, or where it is over. */
export function getRpcMetadata(context: Context): RpcMetadata | undefined {
  const found = context.getValue(RPC_METADATA) as RpcMetadata | null | undefined;
  if (typeof found?.span?.spanContext !== 'function' || found.isEnded === true) return undefined;
  // OpenTelemetry's instrumentation leaves no word of the end but the span's own.
  return (found.span as { readonly ended?: boolean }).ended === true ? undefined : found;
}
