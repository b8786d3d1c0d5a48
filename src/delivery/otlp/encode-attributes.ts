// Encodes attributes: repeated KeyValue with an AnyValue each.
//
//   KeyValue  1 key string · 2 value AnyValue
//   AnyValue  1 string · 2 bool · 3 int64 · 4 double · 5 ArrayValue · 6 KeyValueList · 7 bytes
//
// Source: opentelemetry/proto/common/v1/common.proto

import { getNestedKeys, parseNested } from '../../spans/nested-attributes.js';
import type { ByteWriter } from '../../protobuf/writer.js';

// Protobuf decoders stop at 100 nested messages, and an object takes three. Deeper values, cycles included, become empty.
const MAX_DEPTH = 16;
const INT64 = 2 ** 63;
// The KeyValue of a string with more code units usually needs a length of two bytes.
const LONG_VALUE = 110;

/**
 * Writes attributes as one repeated field.
 *
 * @param writer the destination
 * @param attributes the attributes; values of unknown kinds become empty
 * @param tag the tag of the field, one byte
 * @param depth the number of objects around the attributes
 */
export function writeAttributes(
  writer: ByteWriter,
  attributes: Readonly<Record<string, unknown>>,
  tag: number,
  depth = 0,
): void {
  const nested = getNestedKeys(attributes);
  // for-in uses V8's enum cache. Object.entries would allocate for each span.
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const value = attributes[key];
    writeKeyValue(writer, key, nested?.has(key) ? parseNested(value) : value, tag, depth);
  }
}

function writeKeyValue(writer: ByteWriter, key: string, value: unknown, tag: number, depth: number): void {
  if (typeof value === 'string') {
    if (writer.shortPair(tag, key, value)) return;
  } else if (typeof value === 'number') {
    if (value >>> 0 === value && writer.shortCount(tag, key, 0x18, value)) return;
  } else if (typeof value === 'boolean') {
    if (writer.shortCount(tag, key, 0x10, value ? 1 : 0)) return;
  }
  const reserve = typeof value === 'string' && value.length > LONG_VALUE ? 2 : 1;
  writer.byte(tag);
  const pair = writer.begin(reserve);
  writer.byte(0x0a);
  writer.string(key);
  writer.byte(0x12);
  const content = writer.begin(reserve);
  writeAnyValue(writer, value, depth);
  writer.end(content, reserve);
  writer.end(pair, reserve);
}

/** Writes the content of an AnyValue. A value of an unknown kind stays empty. */
function writeAnyValue(writer: ByteWriter, value: unknown, depth: number): void {
  switch (typeof value) {
    case 'string':
      writer.byte(0x0a);
      writer.string(value);
      return;
    case 'number':
      if (Number.isInteger(value) && value >= -INT64 && value < INT64) {
        writer.byte(0x18);
        writer.int64(value);
      } else {
        writer.byte(0x21);
        writer.double(value);
      }
      return;
    case 'boolean':
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      return;
    case 'object':
      if (value !== null && depth < MAX_DEPTH) writeObject(writer, value, depth + 1);
      return;
    default:
  }
}

function writeObject(writer: ByteWriter, value: object, depth: number): void {
  if (value instanceof Uint8Array) {
    writer.byte(0x3a);
    writer.blob(value);
    return;
  }
  const isList = Array.isArray(value);
  writer.byte(isList ? 0x2a : 0x32);
  const list = writer.begin(1);
  if (isList) {
    for (const item of value) {
      writer.byte(0x0a);
      const content = writer.begin(1);
      writeAnyValue(writer, item, depth);
      writer.end(content, 1);
    }
  } else {
    writeAttributes(writer, value as Record<string, unknown>, 0x0a, depth);
  }
  writer.end(list, 1);
}
