// OTLP traces as JSON: `{ "resourceSpans": [ { "resource", "scopeSpans": [ { "spans": [ … ] } ] } ] }`.
//
// Ids are hex of any case, enums are integers or their names, 64-bit integers are strings or numbers, bytes are base64.
// Unknown fields are ignored. A field with the value null is not set.
// Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import type { Attributes, AttributeValue, FlatEvent, FlatSpan, SpanLink, Status } from '../types.js';
import {
  arrayField,
  asObject,
  booleanValue,
  bytesValue,
  doubleValue,
  enumField,
  isJsonObject,
  isSet,
  type JsonObject,
  malformed,
  objectField,
  signedIntegerValue,
  textField,
  unsignedField,
} from './json-fields.js';
import {
  addSpan,
  MAX_VALUE_DEPTH,
  serviceName,
  setAttribute,
  SPAN_KINDS,
  STATUS_CODES,
  toSpanKind,
  toStatus,
} from './otlp-model.js';
import type { Batch, JsonReader } from './reader.js';

/** The reader of OTLP JSON. */
export const otlpJson: JsonReader = {
  name: 'otlp-json',
  input: 'json',

  matches: value => isJsonObject(value) && Array.isArray(value['resourceSpans']),

  read(value) {
    const batch: Batch = { spans: [], problems: [] };
    for (const entry of arrayField(asObject(value, 'the document'), 'resourceSpans')) {
      const resourceSpans = asObject(entry, 'resourceSpans[]');
      const service = serviceName(attributesField(objectField(resourceSpans, 'resource')));
      for (const scope of arrayField(resourceSpans, 'scopeSpans')) {
        for (const span of arrayField(asObject(scope, 'scopeSpans[]'), 'spans')) {
          addSpan(batch, readSpan(asObject(span, 'spans[]'), service));
        }
      }
    }
    return batch;
  },
};

function readSpan(span: JsonObject, service: string): FlatSpan {
  const parentSpanId = textField(span, 'parentSpanId').toLowerCase();
  const parent = parentSpanId === '' ? {} : { parentSpanId };
  return {
    traceId: textField(span, 'traceId').toLowerCase(),
    spanId: textField(span, 'spanId').toLowerCase(),
    ...parent,
    name: textField(span, 'name'),
    service,
    kind: toSpanKind(enumField(span, 'kind', SPAN_KINDS)),
    startNs: unsignedField(span, 'startTimeUnixNano'),
    endNs: unsignedField(span, 'endTimeUnixNano'),
    status: readStatus(objectField(span, 'status')),
    attributes: attributesField(span),
    events: arrayField(span, 'events').map(event => readEvent(asObject(event, 'events[]'))),
    links: arrayField(span, 'links').map(link => readLink(asObject(link, 'links[]'))),
  };
}

function readStatus(status: JsonObject): Status {
  return toStatus(enumField(status, 'code', STATUS_CODES), textField(status, 'message'));
}

function readEvent(event: JsonObject): FlatEvent {
  return {
    name: textField(event, 'name'),
    timeNs: unsignedField(event, 'timeUnixNano'),
    attributes: attributesField(event),
  };
}

function readLink(link: JsonObject): SpanLink {
  return {
    traceId: textField(link, 'traceId').toLowerCase(),
    spanId: textField(link, 'spanId').toLowerCase(),
    attributes: attributesField(link),
  };
}

function attributesField(parent: JsonObject): Attributes {
  return readKeyValues(arrayField(parent, 'attributes'), 0);
}

function readKeyValues(entries: readonly unknown[], depth: number): Attributes {
  const attributes: Attributes = {};
  for (const entry of entries) {
    const keyValue = asObject(entry, 'attributes[]');
    setAttribute(attributes, textField(keyValue, 'key'), readAnyValue(keyValue['value'], depth + 1));
  }
  return attributes;
}

/** Reads an `AnyValue`: the first of its fields that is set, or null. */
function readAnyValue(value: unknown, depth: number): AttributeValue {
  if (value === undefined || value === null) return null;
  if (depth > MAX_VALUE_DEPTH) throw malformed('an attribute value', 'less nesting', value);
  const fields = asObject(value, 'value');
  if (isSet(fields, 'stringValue')) return textField(fields, 'stringValue');
  if (isSet(fields, 'boolValue')) return booleanValue(fields['boolValue']);
  if (isSet(fields, 'intValue')) return signedIntegerValue(fields['intValue']);
  if (isSet(fields, 'doubleValue')) return doubleValue(fields['doubleValue']);
  if (isSet(fields, 'bytesValue')) return bytesValue(textField(fields, 'bytesValue'));
  if (isSet(fields, 'arrayValue')) {
    const array = asObject(fields['arrayValue'], 'arrayValue');
    return arrayField(array, 'values').map(entry => readAnyValue(entry, depth + 1));
  }
  if (isSet(fields, 'kvlistValue')) {
    return readKeyValues(arrayField(asObject(fields['kvlistValue'], 'kvlistValue'), 'values'), depth);
  }
  return null;
}
