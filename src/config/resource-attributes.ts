// Parses OTEL_RESOURCE_ATTRIBUTES: `key=value,key2=value2`, keys and values percent-encoded.

import type { EnvReader } from './env-reader.js';

/**
 * Reads the variable. One malformed pair discards the whole value, as the specification requires.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
export function readResourceAttributes(reader: EnvReader): Readonly<Record<string, string>> {
  const variable = reader.string('OTEL_RESOURCE_ATTRIBUTES');
  if (variable === undefined) return {};
  const attributes = new Map<string, string>();
  for (const [index, pair] of variable.value.split(',').entries()) {
    if (pair.trim() === '') continue;
    const parsed = parsePair(pair);
    if (parsed === undefined) {
      const expected = 'key=value pairs with commas between them, percent-encoded';
      reader.addProblem('malformed_variable', variable, expected, {
        received: `pair ${index + 1} of ${JSON.stringify(variable.value.slice(0, 60))}`,
        fix: 'The whole variable is ignored.',
      });
      return {};
    }
    attributes.set(...parsed);
  }
  return Object.fromEntries(attributes);
}

function parsePair(pair: string): [string, string] | undefined {
  const equals = pair.indexOf('=');
  if (equals < 0) return undefined;
  try {
    const key = decodeURIComponent(pair.slice(0, equals).trim());
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    return key === '' ? undefined : [key, value];
  } catch {
    // A percent sign that is not an escape: the problem names the pair.
    return undefined;
  }
}
