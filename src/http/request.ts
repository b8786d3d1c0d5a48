// Reads the arguments of fetch, and adds headers to them. The objects of the caller are not changed.

import type { Context } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { parseRequestTarget } from '../core/request-target.js';
import { createOutgoingHeaders } from '../propagation/outgoing-headers.js';

/** The arguments of `fetch`. */
export type FetchArguments = Parameters<typeof fetch>;

/** The properties of a request that are recorded. */
export interface FetchRequest {
  readonly method: unknown;
  readonly url: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Reads method, URL and signal in the same way as `fetch`: the second argument takes precedence over a `Request`. */
export function readFetchRequest([input, init]: FetchArguments): FetchRequest {
  try {
    const request = isRequest(input) ? input : undefined;
    return {
      method: init?.method ?? request?.method,
      url: request === undefined ? input : request.url,
      signal: init?.signal ?? request?.signal,
    };
  } catch {
    // A getter of the caller threw. fetch gets the same exception and rejects with it.
    return { method: undefined, url: undefined, signal: undefined };
  }
}

/**
 * Returns the arguments with the headers of a context, in place of propagation headers that the caller has set.
 *
 * @param args the arguments of the caller
 * @param context the context to propagate
 * @returns the same array if there are no headers to add, or if `propagate.to` refuses the host
 */
export function addContextHeaders(args: FetchArguments, context: Context): FetchArguments {
  try {
    const [input, init] = args;
    // Only the rules of `propagate` need the target.
    const requestTarget =
      globalState.propagation === undefined ? undefined : parseRequestTarget(readFetchRequest(args).url);
    const outgoing = createOutgoingHeaders(context, requestTarget);
    if (outgoing === undefined) return args;
    // A second argument that is not a plain object (`fetch(url, request)`) is first converted to a Request.
    const isPlainInit = init === undefined || init === null || isPlainObject(init);
    const target = isPlainInit ? input : new Request(input, init);
    const headers = new Headers(
      (isPlainInit ? init?.headers : undefined) ?? (isRequest(target) ? target.headers : undefined),
    );
    for (const name of outgoing.stale) headers.delete(name);
    for (const [name, value] of outgoing.entries) headers.set(name, value);
    return [target, isPlainInit ? { ...init, headers } : { headers }];
  } catch {
    // Invalid headers or arguments: fetch rejects with its own error.
    return args;
  }
}

/** Also true for a `Request` of another copy of undici, which is not an instance of the global class. */
function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' && input !== null && 'url' in input && 'headers' in input && 'method' in input
  );
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
