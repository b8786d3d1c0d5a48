// The caller's fetch arguments: what they say, and the same with headers added. Nothing of the caller's is changed.

import type { Context } from '@opentelemetry/api';
import { inject } from '../propagation/inject.js';

/** What `fetch` is called with. */
export type FetchArguments = Parameters<typeof fetch>;

/** What of a request is recorded. */
export interface FetchRequest {
  readonly method: unknown;
  readonly url: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Reads method, URL and signal as `fetch` will: the second argument wins over a `Request`. */
export function readFetchRequest([input, init]: FetchArguments): FetchRequest {
  try {
    const request = isRequest(input) ? input : undefined;
    return {
      method: init?.method ?? request?.method,
      url: request === undefined ? input : request.url,
      signal: init?.signal ?? request?.signal,
    };
  } catch {
    // A getter of the caller's threw; fetch meets the same and tells its caller.
    return { method: undefined, url: undefined, signal: undefined };
  }
}

/**
 * The arguments with the context's headers added; the given ones where there is nothing to add.
 *
 * @param given the caller's arguments, which stay as they are
 * @param context what to send along
 */
export function addContextHeaders(given: FetchArguments, context: Context): FetchArguments {
  try {
    const [input, init] = given;
    const carried = Object.entries(inject(undefined, context));
    if (carried.length === 0) return given;
    // Made by a Request first where the second argument is more than plain properties (`fetch(url, request)`).
    const plain = init === undefined || init === null || isPlain(init);
    const target = plain ? input : new Request(input, init);
    const headers = new Headers(
      (plain ? init?.headers : undefined) ?? (isRequest(target) ? target.headers : undefined),
    );
    for (const [name, value] of carried) headers.set(name, value);
    return [target, plain ? { ...init, headers } : { headers }];
  } catch {
    // Headers or arguments that no request can have: fetch says so itself, in its own words.
    return given;
  }
}

/** Also a `Request` of another copy of undici, which is none of ours by its class. */
function isRequest(input: unknown): input is Request {
  return (
    typeof input === 'object' && input !== null && 'url' in input && 'headers' in input && 'method' in input
  );
}

function isPlain(init: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(init);
  return prototype === null || prototype === Object.prototype;
}
