// The rules of the option `propagate` for HTTP requests, in the form that the shared state holds them. The layer
// `propagation` implements them; servers and clients of HTTP ask them.

import type { Context, Link } from '@opentelemetry/api';
import type { RequestTarget } from './request-target.js';

/** The sender of an incoming request. */
export interface RequestSource {
  /** The address of the peer. Undefined for servers that do not know it. */
  readonly remoteAddress: string | undefined;
  /** The path with the query: `/orders?page=2`. */
  readonly url: string;
}

/** The context in which an incoming request is handled. */
export interface AcceptedContext {
  readonly context: Context;
  /** The link to a caller whose trace is not continued. */
  readonly link: Link | undefined;
}

/** Decides which requests carry the context and which callers are trusted. No method throws. */
export interface PropagationPolicy {
  /**
   * Returns the part of a context that a request to a target may carry.
   *
   * @returns undefined if it may carry nothing
   */
  filterOutgoing(context: Context, target: RequestTarget): Context | undefined;
  /**
   * Decides about the context of a caller.
   *
   * @param extracted the context that the headers describe
   * @param carrier the headers
   * @param readSource returns the sender; called only if a rule needs it
   */
  acceptIncoming(extracted: Context, carrier: object, readSource: () => RequestSource): AcceptedContext;
}
