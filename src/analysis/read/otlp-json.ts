// OTLP traces as JSON: `{ "resourceSpans": [ { "resource", "scopeSpans": [ { "spans": [ … ] } ] } ] }`.
//
// Ids are hex of any case, enums integers (their names are accepted too), 64-bit integers strings or
// numbers, bytes base64; unknown fields are ignored and null stands for a field that is not set.
// Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import type { Attributes, AttributeValue, FlatEvent, FlatSpan, SpanLink, Status } from '../types.js';
import { type Batch, type JsonReader, ReadError } from './read-error.js';
import {
  addSpan,
  toSpanKind,
  MAX_VALUE_DEPTH,
  setAttribute,
  serviceName,
  SPAN_KINDS,
  STATUS_CODES,
  toStatus,
} from './otlp-model.js';

/** Reads OTLP JSON. */
export const otlpJson: JsonReader = {
  name: 'otlp-json',
  input: 'json',

  matches: value => isRecord(value) && Array.isArray(value['resourceSpans']),

  read(value) {
    const batch: Batch = { spans: [], problems: [] };
    for (const entry of list(record(value, 'the document'), 'resourceSpans')) {
      const resourceSpans = record(entry, 'resourceSpans[]');
      const service = serviceName(attributesOf(optionalRecord(resourceSpans, 'resource')));
      for (const scope of list(resourceSpans, 'scopeSpans')) {
        for (const span of list(record(scope, 'scopeSpans[]'), 'spans')) {
          addSpan(batch, readSpan(record(span, 'spans[]'), service));
        }
      }
    }
    return batch;
  },
};

type Json = Record<string, unknown>;

function readSpan(span: Json, service: string): FlatSpan {
  const parentSpanId = text(span, 'parentSpanId').toLowerCase();
  const parent = parentSpanId === '' ? {} : { parentSpanId };
  return {
    traceId: text(span, 'traceId').toLowerCase(),
    spanId: text(span, 'spanId').toLowerCase(),
    ...parent,
    name: text(span, 'name'),
    service,
    kind: toSpanKind(enumeration(span, 'kind', SPAN_KINDS)),
    startNs: unsigned(span, 'startTimeUnixNano'),
    endNs: unsigned(span, 'endTimeUnixNano'),
    status: readStatus(optionalRecord(span, 'status')),
    attributes: attributesOf(span),
    events: list(span, 'events').map(event => readEvent(record(event, 'events[]'))),
    links: list(span, 'links').map(link => readLink(record(link, 'links[]'))),
  };
}

function readStatus(status: Json): Status {
  return toStatus(enumeration(status, 'code', STATUS_CODES), text(status, 'message'));
}

function readEvent(event: Json): FlatEvent {
  return {
    name: text(event, 'name'),
    timeNs: unsigned(event, 'timeUnixNano'),
    attributes: attributesOf(event),
  };
}

function readLink(link: Json): SpanLink {
  return {
    traceId: text(link, 'traceId').toLowerCase(),
    spanId: text(link, 'spanId').toLowerCase(),
    attributes: attributesOf(link),
  };
}

function attributesOf(holder: Json): Attributes {
  return keyValues(list(holder, 'attributes'), 0);
}

function keyValues(entries: readonly unknown[], depth: number): Attributes {
  const attributes: Attributes = {};
  for (const entry of entries) {
    const pair = record(entry, 'attributes[]');
    setAttribute(attributes, text(pair, 'key'), anyValue(pair['value'], depth + 1));
  }
  return attributes;
}

/** An `AnyValue`: the first of its fields that is set; null where none is. */
function anyValue(value: unknown, depth: number): AttributeValue {
  if (value === undefined || value === null) return null;
  if (depth > MAX_VALUE_DEPTH) throw malformed('an attribute value', 'less nesting', value);
  const holder = record(value, 'value');
  if (isSet(holder, 'stringValue')) return text(holder, 'stringValue');
  if (isSet(holder, 'boolValue')) return boolean(holder['boolValue']);
  if (isSet(holder, 'intValue')) return signed(holder['intValue']);
  if (isSet(holder, 'doubleValue')) return double(holder['doubleValue']);
  if (isSet(holder, 'bytesValue')) return base64(text(holder, 'bytesValue'));
  if (isSet(holder, 'arrayValue')) {
    return list(record(holder['arrayValue'], 'arrayValue'), 'values').map(entry =>
      anyValue(entry, depth + 1),
    );
  }
  if (isSet(holder, 'kvlistValue')) {
    return keyValues(list(record(holder['kvlistValue'], 'kvlistValue'), 'values'), depth);
  }
  return null;
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw malformed('boolValue', 'true or false', value);
}

function double(value: unknown): number {
  if (typeof value === 'number') return value;
  // The proto3 JSON mapping writes what JSON cannot say as these names, and allows numbers in quotes.
  if (typeof value === 'string' && /^(NaN|-?Infinity|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(value))
    return Number(value);
  throw malformed('doubleValue', 'a number', value);
}

function signed(value: unknown): number | bigint {
  const whole = integer(value, 'intValue');
  if (whole < -(2n ** 63n) || whole >= 2n ** 63n) throw malformed('intValue', 'a 64-bit integer', value);
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}

function unsigned(holder: Json, key: string): bigint {
  const value = holder[key];
  if (value === undefined || value === null || value === '') return 0n;
  const whole = integer(value, key);
  if (whole < 0n || whole >= 2n ** 64n) throw malformed(key, 'an unsigned 64-bit integer', value);
  return whole;
}

function integer(value: unknown, what: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw malformed(what, 'an integer, as a string or a number', value);
}

function enumeration(holder: Json, key: string, names: readonly string[]): number {
  const value = holder[key];
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string') {
    // A name that this version does not know reads as unspecified, like an unknown number.
    return /^\d{1,9}$/.test(value) ? Number(value) : Math.max(0, names.indexOf(value));
  }
  throw malformed(key, 'an integer', value);
}

function base64(value: string): Uint8Array {
  let binary: string;
  try {
    binary = atob(value.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    // atob's own error says neither field nor format.
    throw malformed('bytesValue', 'base64', value);
  }
  return Uint8Array.from(binary, character => character.charCodeAt(0));
}

function text(holder: Json, key: string): string {
  const value = holder[key];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  throw malformed(key, 'a string', value);
}

function list(holder: Json, key: string): readonly unknown[] {
  const value = holder[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformed(key, 'a list', value);
}

function optionalRecord(holder: Json, key: string): Json {
  const value = holder[key];
  return value === undefined || value === null ? {} : record(value, key);
}

function record(value: unknown, what: string): Json {
  if (isRecord(value)) return value;
  throw malformed(what, 'an object', value);
}

function isSet(holder: Json, key: string): boolean {
  return holder[key] !== undefined && holder[key] !== null;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(what: string, expected: string, received: unknown): ReadError {
  const shown = typeof received === 'string' ? JSON.stringify(received.slice(0, 40)) : shape(received);
  return new ReadError(
    'malformed',
    `This is not OTLP JSON: ${what} must be ${expected}, got ${shown}.`,
    'otlp-json',
  );
}

function shape(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : String(value);
}
