// Objects as attribute values. OpenTelemetry's JavaScript attributes cannot hold objects, so the span holds the JSON text
// of an object, which every exporter can send. OTLP has nested values, so the OTLP encoder sends the object instead.
// The attributes remember which of their texts are objects, under a symbol that is not enumerable.

import type { Attributes, AttributeValue } from '@opentelemetry/api';

// In the global registry, because the ESM copy of the package may create the span and the CommonJS copy encode it.
const NESTED = Symbol.for('@do/trace.nested');

type NestedRecord = Readonly<Record<string, unknown>> & { [NESTED]?: Set<string> };

/**
 * Remembers whether the text of an attribute is an object.
 *
 * @param attributes the attributes with the text
 * @param key the key of the attribute
 * @param given the value that the application set
 * @param kept the value in `attributes`
 */
export function rememberNested(
  attributes: Attributes,
  key: string,
  given: unknown,
  kept: AttributeValue,
): void {
  const record = attributes as NestedRecord;
  const isNested =
    typeof given === 'object' && typeof kept === 'string' && (kept.startsWith('{') || kept.startsWith('['));
  if (isNested) {
    if (record[NESTED] === undefined) {
      Object.defineProperty(record, NESTED, { value: new Set<string>(), enumerable: false });
    }
    record[NESTED]?.add(key);
  } else record[NESTED]?.delete(key);
}

/** Returns the keys whose texts are objects. Undefined for nearly all attributes. */
export function getNestedKeys(
  attributes: Readonly<Record<string, unknown>>,
): ReadonlySet<string> | undefined {
  return (attributes as NestedRecord)[NESTED];
}

/**
 * Parses the text of an attribute whose value was an object.
 *
 * @returns the object, or the text if a length limit has cut it
 */
export function parseNested(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    // A length limit has cut the text, so it is no longer JSON. It is sent as text.
    return text;
  }
}
