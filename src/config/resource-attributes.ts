// OTEL_RESOURCE_ATTRIBUTES: `key=value,key2=value2`, keys and values percent-encoded.

import type { EnvReader } from './env-reader.js';

/**
 * Reads the variable; one bad pair discards the whole, as the specification wants, so that no half of it misleads.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
export function readResourceAttributes(reader: EnvReader): Readonly<Record<string, string>> {
  const variable = reader.text('OTEL_RESOURCE_ATTRIBUTES');
  if (variable === undefined) return {};
  const attributes = new Map<string, string>();
  for (const [index, pair] of variable.value.split(',').entries()) {
    if (pair.trim() === '') continue;
    const read = readPair(pair);
    if (read === undefined) {
      reader.refuse(
        'malformed_variable',
        variable,
        'key=value pairs with commas between them, percent-encoded',
        {
          received: `pair ${index + 1} of ${JSON.stringify(variable.value.slice(0, 60))}`,
          fix: 'The whole variable is ignored.',
        },
      );
      return {};
    }
    attributes.set(...read);
  }
  return Object.fromEntries(attributes);
}

function readPair(pair: string): [string, string] | undefined {
  const equals = pair.indexOf('=');
  if (equals < 0) return undefined;
  try {
    const key = decodeURIComponent(pair.slice(0, equals).trim());
    const value = decodeURIComponent(pair.slice(equals + 1).trim());
    return key === '' ? undefined : [key, value];
  } catch {
    // A stray percent sign; the caller names the pair.
    return undefined;
  }
}
