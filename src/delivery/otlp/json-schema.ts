// The fields of a request by number, with their names and forms in OTLP JSON.
//
// Sources: opentelemetry-proto, collector/trace/v1, trace/v1, resource/v1 and common/v1;
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex, enums as integers);
// https://protobuf.dev/programming-guides/json/ (64-bit integers as strings, bytes in base64)

/** The form of a value in JSON. `nanoseconds` is a fixed64 in quotes, `flags` a fixed32. */
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

/** A field of a message. */
export interface Field {
  /** The tag: number << 3 | wire type. */
  readonly tag: number;
  /** `"name":`, with the opening bracket of a list. */
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
const keyValue = message({ 1: single('key', 'string'), 2: single('value', anyValue) });
const list = message({ 1: repeated('values', anyValue) });
const map = message({ 1: repeated('values', keyValue) });
Object.assign(
  anyValue,
  message({
    1: single('stringValue', 'string'),
    2: single('boolValue', 'bool'),
    3: single('intValue', 'int64'),
    4: single('doubleValue', 'double'),
    5: single('arrayValue', list),
    6: single('kvlistValue', map),
    7: single('bytesValue', 'base64'),
  }),
);

const event = message({
  1: single('timeUnixNano', 'nanoseconds'),
  2: single('name', 'string'),
  3: repeated('attributes', keyValue),
  4: single('droppedAttributesCount', 'uint32'),
});

const link = message({
  1: single('traceId', 'hex'),
  2: single('spanId', 'hex'),
  3: single('traceState', 'string'),
  4: repeated('attributes', keyValue),
  5: single('droppedAttributesCount', 'uint32'),
  6: single('flags', 'flags'),
});

const span = message({
  1: single('traceId', 'hex'),
  2: single('spanId', 'hex'),
  3: single('traceState', 'string'),
  4: single('parentSpanId', 'hex'),
  5: single('name', 'string'),
  6: single('kind', 'uint32'),
  7: single('startTimeUnixNano', 'nanoseconds'),
  8: single('endTimeUnixNano', 'nanoseconds'),
  9: repeated('attributes', keyValue),
  10: single('droppedAttributesCount', 'uint32'),
  11: repeated('events', event),
  12: single('droppedEventsCount', 'uint32'),
  13: repeated('links', link),
  14: single('droppedLinksCount', 'uint32'),
  15: single('status', message({ 2: single('message', 'string'), 3: single('code', 'uint32') })),
  16: single('flags', 'flags'),
});

const scope = message({
  1: single('name', 'string'),
  2: single('version', 'string'),
  3: repeated('attributes', keyValue),
  4: single('droppedAttributesCount', 'uint32'),
});

const resource = message({
  1: repeated('attributes', keyValue),
  2: single('droppedAttributesCount', 'uint32'),
});
const scopeSpans = message({
  1: single('scope', scope),
  2: repeated('spans', span),
  3: single('schemaUrl', 'string'),
});
const resourceSpans = message({
  1: single('resource', resource),
  2: repeated('scopeSpans', scopeSpans),
  3: single('schemaUrl', 'string'),
});

/** The message `ExportTraceServiceRequest`. */
export const REQUEST: Message = message({ 1: repeated('resourceSpans', resourceSpans) });

interface FieldType {
  readonly name: string;
  readonly form: Form | Message;
  readonly repeated: boolean;
}

function single(name: string, form: Form | Message): FieldType {
  return { name, form, repeated: false };
}

function repeated(name: string, form: Message): FieldType {
  return { name, form, repeated: true };
}

function message(fields: Readonly<Record<number, FieldType>>): Message {
  const numbered: Message = [];
  for (const [number, { name, form, repeated }] of Object.entries(fields)) {
    const type = typeof form === 'string' ? WIRE_TYPES[form] : 2;
    const label = Buffer.from(`"${name}":${repeated ? '[' : ''}`);
    numbered[Number(number)] = { tag: (Number(number) << 3) | type, label, form, repeated };
  }
  return numbered;
}
