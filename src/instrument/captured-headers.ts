// The options `requestHeaders` and `responseHeaders`: headers that are recorded as attributes.
//
//   x-request-id  ->  http.request.header.x-request-id: ["4711"]

import type { Attributes } from '@opentelemetry/api';

/** A header to record. */
interface CapturedHeader {
  /** In lower case. */
  readonly name: string;
  readonly attribute: string;
}

/** The headers to record. */
export type CapturedHeaders = readonly CapturedHeader[];

/**
 * Creates the list of an option.
 *
 * @param direction the message that has the headers
 * @param names names in any case
 * @returns undefined if the option names no header
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/http/#http-request-header
 */
export function createCapturedHeaders(
  direction: 'request' | 'response',
  names: readonly string[] | undefined,
): CapturedHeaders | undefined {
  if (names === undefined || names.length === 0) return undefined;
  const unique = new Set(names.map(name => String(name).toLowerCase()));
  return Array.from(unique, name => ({ name, attribute: `http.${direction}.header.${name}` }));
}

/**
 * Adds the recorded headers to attributes. Headers that a message does not have are left out.
 *
 * @param attributes the attributes to extend
 * @param captured the headers to record
 * @param read returns the value or the values of a header
 */
export function addCapturedHeaders(
  attributes: Attributes,
  captured: CapturedHeaders,
  read: (name: string) => unknown,
): void {
  for (const { name, attribute } of captured) {
    const value = read(name);
    if (value === undefined || value === null) continue;
    attributes[attribute] = Array.isArray(value) ? value.map(String) : [String(value as string)];
  }
}
