// Parses the headers of an environment variable: `name=value,name2=value2`, values percent-encoded.

import type { OptionProblem } from '../core/errors.js';
import { isHeaderName, isHeaderValue } from '../core/header-syntax.js';

/** The parsed headers, names in lower case, and the problems of the malformed pairs. */
export interface ParsedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly OptionProblem[];
}

const MAX_NAME_LENGTH = 60;

/**
 * Parses a header list. A malformed pair becomes a problem that does not show its value, and is left out.
 *
 * @param text the list
 * @param path the variable, for the problems: `OTEL_EXPORTER_OTLP_HEADERS`
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
 */
export function parseHeaders(text: string, path: string): ParsedHeaders {
  const headers = new Map<string, string>();
  const problems: OptionProblem[] = [];
  for (const [index, pair] of text.split(',').entries()) {
    if (pair.trim() === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? undefined : decode(pair.slice(0, equals).trim());
    const value = equals < 0 ? undefined : decode(pair.slice(equals + 1).trim());
    const isName = name !== undefined && isHeaderName(name);
    if (isName && value !== undefined && isHeaderValue(value)) {
      headers.set(name.toLowerCase(), value);
    } else {
      const shownName = isName ? ` (${name.slice(0, MAX_NAME_LENGTH)}=***)` : '';
      problems.push({
        code: 'malformed_headers',
        path,
        expected: 'name=value pairs with commas between them, values percent-encoded',
        received: `pair ${index + 1}${shownName}`,
        fix: 'This pair is left out, and the others are used.',
      });
    }
  }
  return { headers: Object.fromEntries(headers), problems };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that is not an escape: the problem names the pair.
    return undefined;
  }
}
