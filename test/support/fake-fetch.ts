// A fetch with a response from the test.

import type { Fetch } from '../../src/http/index.js';

/** A call of the fake fetch. */
export interface FetchCall {
  readonly input: Parameters<Fetch>[0];
  readonly init: RequestInit | undefined;
  /** The request that the real fetch would create from the arguments. */
  readonly request: Request;
}

/**
 * Creates a fetch that records its calls.
 *
 * @param respond returns the response to a request
 */
export function createFakeFetch(
  respond: (request: Request) => Response | Promise<Response>,
): Fetch & { calls: FetchCall[] } {
  const calls: FetchCall[] = [];
  const fetch = async (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    calls.push({ input, init, request });
    return respond(request);
  };
  return Object.assign(fetch, { calls });
}
