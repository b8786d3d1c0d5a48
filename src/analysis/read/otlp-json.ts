// OTLP traces as JSON: `{ "resourceSpans": [ { "resource", "scopeSpans": [ { "spans": [ … ] } ] } ] }`.
//
// Ids are hex of any case, enums are integers or their names, 64-bit integers are strings or numbers, bytes are base64.
// Unknown fields are ignored. A field with the value null is not set.
// Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import type { Attributes, AttributeValue, FlatEvent, FlatSpan, SpanLink, Status } from '../types.js';
import {
  readArrayField,
  asObject,
  readBoolean,
  readBytes,
  readDouble,
  readEnumField,
  isJsonObject,
  isSet,
  type JsonObject,
  createMalformedError,
  readObjectField,
  readSignedInteger,
  readTextField,
  readUnsignedField,
} from './json-fields.js';
import {
  addSpan,
  MAX_VALUE_DEPTH,
  getServiceName,
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
    for (const entry of readArrayField(asObject(value, 'the document'), 'resourceSpans')) {
      const resourceSpans = asObject(entry, 'resourceSpans[]');
      const service = getServiceName(readAttributesField(readObjectField(resourceSpans, 'resource')));
      for (const scope of readArrayField(resourceSpans, 'scopeSpans')) {
        for (const span of readArrayField(asObject(scope, 'scopeSpans[]'), 'spans')) {
          addSpan(batch, readSpan(asObject(span, 'spans[]'), service));
        }
      }
    }
    return batch;
  },
};

function readSpan(span: JsonObject, service: string): FlatSpan {
  const parentSpanId = readTextField(span, 'parentSpanId').toLowerCase();
  const parent = parentSpanId === '' ? {} : { parentSpanId };
  return {
    traceId: readTextField(span, 'traceId').toLowerCase(),
    spanId: readTextField(span, 'spanId').toLowerCase(),
    ...parent,
    name: readTextField(span, 'name'),
    service,
    kind: toSpanKind(readEnumField(span, 'kind', SPAN_KINDS)),
    startNs: readUnsignedField(span, 'startTimeUnixNano'),
    endNs: readUnsignedField(span, 'endTimeUnixNano'),
    status: readStatus(readObjectField(span, 'status')),
    attributes: readAttributesField(span),
    events: readArrayField(span, 'events').map(event => readEvent(asObject(event, 'events[]'))),
    links: readArrayField(span, 'links').map(link => readLink(asObject(link, 'links[]'))),
  };
}

function readStatus(status: JsonObject): Status {
  return toStatus(readEnumField(status, 'code', STATUS_CODES), readTextField(status, 'message'));
}

function readEvent(event: JsonObject): FlatEvent {
  return {
    name: readTextField(event, 'name'),
    timeNs: readUnsignedField(event, 'timeUnixNano'),
    attributes: readAttributesField(event),
  };
}

function readLink(link: JsonObject): SpanLink {
  return {
    traceId: readTextField(link, 'traceId').toLowerCase(),
    spanId: readTextField(link, 'spanId').toLowerCase(),
    attributes: readAttributesField(link),
  };
}

function readAttributesField(parent: JsonObject): Attributes {
  return readKeyValues(readArrayField(parent, 'attributes'), 0);
}

function readKeyValues(entries: readonly unknown[], depth: number): Attributes {
  const attributes: Attributes = {};
  for (const entry of entries) {
    const keyValue = asObject(entry, 'attributes[]');
    setAttribute(attributes, readTextField(keyValue, 'key'), readAnyValue(keyValue['value'], depth + 1));
  }
  return attributes;
}

/** Reads an `AnyValue`: the first of its fields that is set, or null. */
function readAnyValue(value: unknown, depth: number): AttributeValue {
  if (value === undefined || value === null) return null;
  if (depth > MAX_VALUE_DEPTH) throw createMalformedError('an attribute value', 'less nesting', value);
  const fields = asObject(value, 'value');
  if (isSet(fields, 'stringValue')) return readTextField(fields, 'stringValue');
  if (isSet(fields, 'boolValue')) return readBoolean(fields['boolValue']);
  if (isSet(fields, 'intValue')) return readSignedInteger(fields['intValue']);
  if (isSet(fields, 'doubleValue')) return readDouble(fields['doubleValue']);
  if (isSet(fields, 'bytesValue')) return readBytes(readTextField(fields, 'bytesValue'));
  if (isSet(fields, 'arrayValue')) {
    const array = asObject(fields['arrayValue'], 'arrayValue');
    return readArrayField(array, 'values').map(entry => readAnyValue(entry, depth + 1));
  }
  if (isSet(fields, 'kvlistValue')) {
    return readKeyValues(readArrayField(asObject(fields['kvlistValue'], 'kvlistValue'), 'values'), depth);
  }
  return null;
}
