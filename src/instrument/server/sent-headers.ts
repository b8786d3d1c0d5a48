// The headers that a response has sent. `getHeader` does not know headers that the application passed to `writeHead`.

import type { ServerResponse } from 'node:http';

/**
 * Reads a header of a response.
 *
 * @param response the response, whose head has been sent or not
 * @param name the name in lower case
 * @returns several values if the header was sent several times
 */
export function readSentHeader(response: ServerResponse, name: string): unknown {
  // The text of the head, once it is complete.
  const { _header: head } = response as { readonly _header?: unknown };
  if (typeof head !== 'string') return response.getHeader(name);
  const values = head
    .split('\r\n')
    .slice(1)
    .filter(line => line.slice(0, line.indexOf(':')).toLowerCase() === name)
    .map(line => line.slice(line.indexOf(':') + 1).trim());
  return values.length > 1 ? values : values[0];
}
