// Objects as attribute values. OpenTelemetry's JavaScript attributes hold no objects, so on the span one stands as JSON
// text, which every exporter can ship. Where the wire can carry nested values (OTLP), it is sent as what it was:
// the record remembers which of its texts are objects, under a symbol that nobody enumerates.

import type { Attributes, AttributeValue } from '@opentelemetry/api';

// Shared by the ESM and the CommonJS copy: one makes the span, the other may encode it.
const NESTED = Symbol.for('@do/trace.nested');

type NestedRecord = Readonly<Record<string, unknown>> & { [NESTED]?: Set<string> };

/**
 * Remembers, or forgets, that an attribute's text stands for an object.
 *
 * @param attributes the record that holds the text
 * @param key the attribute
 * @param given what the application set
 * @param kept what stands in the record
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

/** The attributes that stand for objects; undefined for nearly every record. */
export function nestedKeys(attributes: Readonly<Record<string, unknown>>): ReadonlySet<string> | undefined {
  return (attributes as NestedRecord)[NESTED];
}

/**
 * The object behind an attribute's text.
 *
 * @returns the text itself where it was cut and is no JSON any more
 */
export function parseNested(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    // Cut at the length limit: what is left is sent as text.
    return text;
  }
}
