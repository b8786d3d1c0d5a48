// The fields of a request by their numbers, with the names and forms that OTLP as JSON gives them.
//
// Sources: opentelemetry-proto, collector/trace/v1, trace/v1, resource/v1 and common/v1;
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex, enums as integers);
// https://protobuf.dev/programming-guides/json/ (64-bit integers as strings, bytes in base64)

/** How a value is written. `nanoseconds` is a fixed64, in quotes; `flags` a fixed32. */
export type Form =
  | 'string'
  | 'hex'
  | 'base64'
  | 'bool'
  | 'int64'
  | 'uint32'
  | 'flags'
  | 'nanoseconds'
  | 'double';

/** One field. */
export interface Field {
  /** The whole tag on the wire: number << 3 | wire type. */
  readonly tag: number;
  /** `"name":`, and the bracket where it is a list. */
  readonly label: Uint8Array;
  readonly form: Form | Message;
  readonly repeated: boolean;
}

/** The fields of a message, by number. */
export type Message = (Field | undefined)[];

const WIRE_TYPES: Readonly<Record<Form, number>> = {
  bool: 0,
  int64: 0,
  uint32: 0,
  nanoseconds: 1,
  double: 1,
  string: 2,
  hex: 2,
  base64: 2,
  flags: 5,
};

const anyValue: Message = [];
const keyValue = message({ 1: one('key', 'string'), 2: one('value', anyValue) });
const list = message({ 1: many('values', anyValue) });
const map = message({ 1: many('values', keyValue) });
Object.assign(
  anyValue,
  message({
    1: one('stringValue', 'string'),
    2: one('boolValue', 'bool'),
    3: one('intValue', 'int64'),
    4: one('doubleValue', 'double'),
    5: one('arrayValue', list),
    6: one('kvlistValue', map),
    7: one('bytesValue', 'base64'),
  }),
);

const event = message({
  1: one('timeUnixNano', 'nanoseconds'),
  2: one('name', 'string'),
  3: many('attributes', keyValue),
  4: one('droppedAttributesCount', 'uint32'),
});

const link = message({
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: many('attributes', keyValue),
  5: one('droppedAttributesCount', 'uint32'),
  6: one('flags', 'flags'),
});

const span = message({
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'string'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'string'),
  6: one('kind', 'uint32'),
  7: one('startTimeUnixNano', 'nanoseconds'),
  8: one('endTimeUnixNano', 'nanoseconds'),
  9: many('attributes', keyValue),
  10: one('droppedAttributesCount', 'uint32'),
  11: many('events', event),
  12: one('droppedEventsCount', 'uint32'),
  13: many('links', link),
  14: one('droppedLinksCount', 'uint32'),
  15: one('status', message({ 2: one('message', 'string'), 3: one('code', 'uint32') })),
  16: one('flags', 'flags'),
});

const scope = message({
  1: one('name', 'string'),
  2: one('version', 'string'),
  3: many('attributes', keyValue),
  4: one('droppedAttributesCount', 'uint32'),
});

const resource = message({ 1: many('attributes', keyValue), 2: one('droppedAttributesCount', 'uint32') });
const scopeSpans = message({ 1: one('scope', scope), 2: many('spans', span), 3: one('schemaUrl', 'string') });
const resourceSpans = message({
  1: one('resource', resource),
  2: many('scopeSpans', scopeSpans),
  3: one('schemaUrl', 'string'),
});

/** `ExportTraceServiceRequest`. */
export const REQUEST: Message = message({ 1: many('resourceSpans', resourceSpans) });

interface Unnumbered {
  readonly name: string;
  readonly form: Form | Message;
  readonly repeated: boolean;
}

function one(name: string, form: Form | Message): Unnumbered {
  return { name, form, repeated: false };
}

function many(name: string, form: Message): Unnumbered {
  return { name, form, repeated: true };
}

function message(fields: Readonly<Record<number, Unnumbered>>): Message {
  const numbered: Message = [];
  for (const [number, { name, form, repeated }] of Object.entries(fields)) {
    const type = typeof form === 'string' ? WIRE_TYPES[form] : 2;
    const label = Buffer.from(`"${name}":${repeated ? '[' : ''}`);
    numbered[Number(number)] = { tag: (Number(number) << 3) | type, label, form, repeated };
  }
  return numbered;
}
