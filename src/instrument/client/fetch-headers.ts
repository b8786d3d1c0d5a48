// The headers of a request of undici, in the forms of its versions:
//
//   undici 5       'accept: */*\r\nx-id: 1\r\n'
//   undici 6 to 8  ['accept', '*/*', 'x-id', '1'], where a value may be a list

import { type OutgoingHeaders, replaceInList } from '../../propagation/outgoing-headers.js';

/** The header field of a request. */
export interface HeaderHolder {
  headers?: unknown;
}

/**
 * Replaces the propagation headers of a request.
 *
 * @param request the request, which is changed
 * @param outgoing the propagation headers
 */
export function replaceHeaders(request: HeaderHolder, outgoing: OutgoingHeaders): void {
  const { headers } = request;
  if (Array.isArray(headers)) request.headers = replaceOrAppend(headers, outgoing);
  else if (typeof headers === 'string') request.headers = replaceInText(headers, outgoing);
}

/** Most requests have none of the headers, and need no new list item by item. */
function replaceOrAppend(headers: readonly unknown[], outgoing: OutgoingHeaders): unknown[] {
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index];
    if (typeof name !== 'string' || outgoing.replaced.has(name.toLowerCase())) {
      return replaceInList(headers, outgoing);
    }
  }
  if (headers.length % 2 !== 0) return replaceInList(headers, outgoing);
  const result = headers.slice();
  for (const [name, value] of outgoing.entries) result.push(name, value);
  return result;
}

/** Reads the headers of a request, with names in lower case. Values of the same name are joined in a list. */
export function readHeaders({ headers }: HeaderHolder): Map<string, string | readonly string[]> {
  const result = new Map<string, string | readonly string[]>();
  for (const [name, value] of listPairs(headers)) {
    const key = name.toLowerCase();
    const existing = result.get(key);
    const values = [...(existing === undefined ? [] : [existing].flat()), ...[value].flat()];
    result.set(key, values.length === 1 ? (values[0] ?? '') : values);
  }
  return result;
}

/** Reads the raw headers of a response: names and values in turns, as Buffers or text. */
export function readRawHeaders(raw: unknown): Map<string, string | readonly string[]> {
  return readHeaders({ headers: Array.isArray(raw) ? raw.map(String) : undefined });
}

function listPairs(headers: unknown): [name: string, value: string | string[]][] {
  if (typeof headers === 'string') {
    return headers
      .split('\r\n')
      .filter(line => line.includes(':'))
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  }
  if (!Array.isArray(headers)) return [];
  const pairs: [string, string | string[]][] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const value: unknown = headers[index + 1];
    pairs.push([String(headers[index]), Array.isArray(value) ? value.map(String) : String(value)]);
  }
  return pairs;
}

function replaceInText(headers: string, { entries, replaced }: OutgoingHeaders): string {
  const kept = headers.split('\r\n').filter(line => {
    return line !== '' && !replaced.has(line.slice(0, line.indexOf(':')).toLowerCase());
  });
  return [...kept, ...entries.map(([name, value]) => `${name}: ${value}`), ''].join('\r\n');
}
