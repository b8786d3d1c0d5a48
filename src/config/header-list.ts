// Headers as one environment variable holds them: `name=value,name2=value2`, values percent-encoded.

import type { Problem } from '../core/errors.js';

/** The headers that could be read, names in lower case, and what is wrong with the rest. */
export interface ParsedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
// What node:http accepts in a header's value.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Reads a header list; a malformed pair becomes a problem that does not show its value, and the rest goes on.
 *
 * @param text the list
 * @param path where it was written: `OTEL_EXPORTER_OTLP_HEADERS`
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function parseHeaders(text: string, path: string): ParsedHeaders {
  const headers = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [index, pair] of text.split(',').entries()) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? undefined : decode(pair.slice(0, equals).trim());
    const value = equals < 0 ? undefined : decode(pair.slice(equals + 1).trim());
    if (name !== undefined && TOKEN.test(name) && value !== undefined && VALUE.test(value)) {
      headers.set(name.toLowerCase(), value);
    } else {
      problems.push({
        code: 'malformed_headers',
        path,
        expected: 'name=value pairs with commas between them, values percent-encoded',
        received: `pair ${index + 1}${name !== undefined && TOKEN.test(name) ? ` (${name.slice(0, 60)}=***)` : ''}`,
        fix: 'This pair is left out; the rest is used.',
      });
    }
  }
  return { headers: Object.fromEntries(headers), problems };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign; the caller names the pair.
    return undefined;
  }
}
