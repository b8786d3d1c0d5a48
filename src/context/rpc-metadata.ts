// The request that a server instrumentation puts into the context for framework instrumentations. They read the span of
// the request from it and set the route.

import { type Context, createContextKey, type Span } from '@opentelemetry/api';

// `createContextKey` is `Symbol.for`: this is the key of @opentelemetry/core. A test compares them.
const RPC_METADATA = createContextKey('OpenTelemetry SDK Context Key RPC_METADATA');

/** A request that a server is handling, in the form of OpenTelemetry's framework instrumentations. */
export interface RpcMetadata {
  readonly type: 'http';
  span: Span;
  /** The route. It becomes `http.route` and part of the span name when the response is sent. */
  route?: string;
  /** Set by our server instrumentation at the end of the request. */
  isEnded?: true;
}

/** Returns a context with the request. */
export function setRpcMetadata(context: Context, metadata: RpcMetadata): Context {
  return context.setValue(RPC_METADATA, metadata);
}

/** Returns the request of a context, or undefined if there is none or it has ended. */
export function getRpcMetadata(context: Context): RpcMetadata | undefined {
  const metadata = context.getValue(RPC_METADATA) as RpcMetadata | null | undefined;
  if (typeof metadata?.span?.spanContext !== 'function' || metadata.isEnded === true) return undefined;
  // OpenTelemetry's instrumentation marks the end of a request only by the end of its span.
  return (metadata.span as { readonly ended?: boolean }).ended === true ? undefined : metadata;
}
