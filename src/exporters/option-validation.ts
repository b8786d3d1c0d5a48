// What every exporter of ours checks of its options in code.

import type { Problem } from '../core/errors.js';
import { suggest } from '../core/suggest.js';
import { formatValue } from '../core/format-value.js';

const NAME_IN_A_HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
// What node:http accepts in a header's value.
const VALUE_IN_A_HEADER = /^[\t\x20-\x7e\x80-\xff]*$/;
const CERTIFICATES = ['ca', 'cert', 'key'];

/**
 * What is wrong with options as a whole: no object, or with names that do not exist.
 *
 * @param name the exporter's name
 * @param options what was given
 * @param known the names of all options
 */
export function optionProblems(name: string, options: unknown, known: readonly string[]): Problem[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    return [
      { code: 'wrong_type', path: name, expected: 'an object of options', received: formatValue(options) },
    ];
  }
  return Object.keys(options)
    .filter(option => !known.includes(option))
    .map(option => {
      const suggestion = suggest(option, known);
      return {
        code: 'unknown_option',
        path: `${name}.${option}`,
        expected: known.join(', '),
        received: 'it',
        ...(suggestion === undefined ? {} : { suggestion }),
      };
    });
}

/**
 * What is wrong with certificates.
 *
 * @param path where they were given
 * @param tls what was given
 */
export function tlsProblems(path: string, tls: unknown): Problem[] {
  if (tls === undefined) return [];
  const problems = optionProblems(path, tls, [...CERTIFICATES, 'rejectUnauthorized']);
  if (typeof tls !== 'object' || tls === null) return problems;
  const record: Readonly<Record<string, unknown>> = { ...tls };
  for (const name of CERTIFICATES) {
    const value = record[name];
    if (value === undefined || (Array.isArray(value) ? value : [value]).every(isPem)) continue;
    const received = formatValue(value);
    problems.push({ code: 'wrong_type', path: `${path}.${name}`, expected: 'PEM, as text', received });
  }
  return problems;
}

/**
 * Headers without the blanks around their values, such as the line's end of a file with a token, and what is wrong with
 * them. Values are never shown.
 *
 * @param path where they were given
 * @param headers what was given
 */
export function checkHeaders(
  path: string,
  headers: unknown,
): { readonly headers: Readonly<Record<string, string>>; readonly problems: readonly Problem[] } {
  if (headers === undefined) return { headers: {}, problems: [] };
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    const expected = 'an object of header names and values';
    const received = Array.isArray(headers) ? 'an array' : `a ${typeof headers}`;
    return { headers: {}, problems: [{ code: 'wrong_type', path, expected, received }] };
  }
  const problems: Problem[] = [];
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries<unknown>({ ...headers })) {
    const at = `${path}[${JSON.stringify(name.slice(0, 60))}]`;
    if (typeof value !== 'string') {
      problems.push({ code: 'wrong_type', path: at, expected: 'a string', received: `a ${typeof value}` });
    } else if (!NAME_IN_A_HEADER.test(name) || !VALUE_IN_A_HEADER.test(value.trim())) {
      const expected = 'a name and a value that a header can carry, on one line';
      problems.push({ code: 'malformed_headers', path: at, expected, received: 'other characters' });
    } else kept.push([name, value.trim()]);
  }
  return { headers: Object.fromEntries(kept), problems };
}

function isPem(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Uint8Array;
}
