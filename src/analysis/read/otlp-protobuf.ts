// OTLP traces as protobuf: `TracesData` and `ExportTraceServiceRequest`, which have the same wire form.
//
//   TracesData    1 ResourceSpans*
//   ResourceSpans 1 Resource { 1 KeyValue* }   2 ScopeSpans { 2 Span* }*
//   Span          1 trace id  2 span id  4 parent id  5 name  6 kind  7 start  8 end
//                 9 KeyValue*  11 Event*  13 Link*  15 Status
//
// The numbers in the code are whole tags (field << 3 | type), so that a field of the wrong type is skipped as unknown.
// Source: opentelemetry-proto, trace/v1/trace.proto, common/v1/common.proto, resource/v1/resource.proto

import { ProtobufError, ProtobufReader } from '../../protobuf/reader.js';
import type { Attributes, AttributeValue, FlatEvent, FlatSpan, SpanLink, Status } from '../types.js';
import {
  addSpan,
  MAX_VALUE_DEPTH,
  getServiceName,
  setAttribute,
  toSpanKind,
  toStatus,
} from './otlp-model.js';
import { ReadError } from './read-error.js';
import type { Batch, BinaryReader } from './reader.js';

/** The reader of OTLP protobuf. */
export const otlpProtobuf: BinaryReader = {
  name: 'otlp-protobuf',
  input: 'bytes',

  // The whole input must be a sequence of field 1, ResourceSpans. Text practically never is.
  matches(bytes) {
    const reader = new ProtobufReader(bytes);
    try {
      while (reader.next()) {
        if (reader.tag !== 0x0a) return false;
        reader.skip();
      }
      return bytes.length > 0;
    } catch {
      // The bytes are not protobuf: another format is tried.
      return false;
    }
  },

  read(bytes) {
    const batch: Batch = { spans: [], problems: [] };
    try {
      const reader = new ProtobufReader(bytes);
      while (reader.next()) {
        if (reader.tag === 0x0a) readResourceSpans(reader.message(), batch);
        else reader.skip();
      }
    } catch (error) {
      if (!(error instanceof ProtobufError)) throw error;
      throw new ReadError('malformed', `This is not OTLP protobuf: ${error.message}.`, 'otlp-protobuf');
    }
    return batch;
  },
};

function readResourceSpans(reader: ProtobufReader, batch: Batch): void {
  const resource: Attributes = {};
  // The resource may come after its spans on the wire, so the spans are read last.
  const scopes: ProtobufReader[] = [];
  while (reader.next()) {
    if (reader.tag === 0x0a) readResource(reader.message(), resource);
    else if (reader.tag === 0x12) scopes.push(reader.message());
    else reader.skip();
  }
  const service = getServiceName(resource);
  for (const scope of scopes) {
    while (scope.next()) {
      if (scope.tag === 0x12) addSpan(batch, readSpan(scope.message(), service));
      else scope.skip();
    }
  }
}

function readResource(reader: ProtobufReader, resource: Attributes): void {
  while (reader.next()) {
    if (reader.tag === 0x0a) readKeyValue(reader.message(), resource, 0);
    else reader.skip();
  }
}

function readSpan(reader: ProtobufReader, service: string): FlatSpan {
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let name = '';
  let kind = 0;
  let startNs = 0n;
  let endNs = 0n;
  let status: Status = { code: 'unset' };
  const attributes: Attributes = {};
  const events: FlatEvent[] = [];
  const links: SpanLink[] = [];
  while (reader.next()) {
    switch (reader.tag) {
      case 0x0a:
        traceId = toHex(reader.bytes());
        break;
      case 0x12:
        spanId = toHex(reader.bytes());
        break;
      case 0x22:
        parentSpanId = toHex(reader.bytes());
        break;
      case 0x2a:
        name = reader.string();
        break;
      case 0x30:
        kind = reader.uint32();
        break;
      case 0x39:
        startNs = reader.fixed64();
        break;
      case 0x41:
        endNs = reader.fixed64();
        break;
      case 0x4a:
        readKeyValue(reader.message(), attributes, 0);
        break;
      case 0x5a:
        events.push(readEvent(reader.message()));
        break;
      case 0x6a:
        links.push(readLink(reader.message()));
        break;
      case 0x7a:
        status = readStatus(reader.message());
        break;
      default:
        reader.skip();
    }
  }
  const parent = parentSpanId === '' ? {} : { parentSpanId };
  return {
    traceId,
    spanId,
    ...parent,
    name,
    service,
    kind: toSpanKind(kind),
    startNs,
    endNs,
    status,
    attributes,
    events,
    links,
  };
}

function readEvent(reader: ProtobufReader): FlatEvent {
  let timeNs = 0n;
  let name = '';
  const attributes: Attributes = {};
  while (reader.next()) {
    if (reader.tag === 0x09) timeNs = reader.fixed64();
    else if (reader.tag === 0x12) name = reader.string();
    else if (reader.tag === 0x1a) readKeyValue(reader.message(), attributes, 0);
    else reader.skip();
  }
  return { name, timeNs, attributes };
}

function readLink(reader: ProtobufReader): SpanLink {
  let traceId = '';
  let spanId = '';
  const attributes: Attributes = {};
  while (reader.next()) {
    if (reader.tag === 0x0a) traceId = toHex(reader.bytes());
    else if (reader.tag === 0x12) spanId = toHex(reader.bytes());
    else if (reader.tag === 0x22) readKeyValue(reader.message(), attributes, 0);
    else reader.skip();
  }
  return { traceId, spanId, attributes };
}

function readStatus(reader: ProtobufReader): Status {
  let message = '';
  let code = 0;
  while (reader.next()) {
    if (reader.tag === 0x12) message = reader.string();
    else if (reader.tag === 0x18) code = reader.uint32();
    else reader.skip();
  }
  return toStatus(code, message);
}

function readKeyValue(reader: ProtobufReader, attributes: Attributes, depth: number): void {
  let key = '';
  let value: AttributeValue = null;
  while (reader.next()) {
    if (reader.tag === 0x0a) key = reader.string();
    else if (reader.tag === 0x12) value = readValue(reader.message(), depth + 1);
    else reader.skip();
  }
  setAttribute(attributes, key, value);
}

function readValue(reader: ProtobufReader, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) throw new ProtobufError('an attribute value is nested too deeply');
  let value: AttributeValue = null;
  while (reader.next()) {
    switch (reader.tag) {
      case 0x0a:
        value = reader.string();
        break;
      case 0x10:
        value = reader.bool();
        break;
      case 0x18:
        value = reader.int64();
        break;
      case 0x21:
        value = reader.double();
        break;
      case 0x2a:
        value = readArray(reader.message(), depth);
        break;
      case 0x32:
        value = readKeyValueList(reader.message(), depth);
        break;
      case 0x3a:
        // A copy, because a view would keep the whole request in memory. Buffer's own slice() returns a view.
        value = new Uint8Array(reader.bytes());
        break;
      default:
        reader.skip();
    }
  }
  return value;
}

function readArray(reader: ProtobufReader, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  while (reader.next()) {
    if (reader.tag === 0x0a) values.push(readValue(reader.message(), depth + 1));
    else reader.skip();
  }
  return values;
}

function readKeyValueList(reader: ProtobufReader, depth: number): Attributes {
  const record: Attributes = {};
  while (reader.next()) {
    if (reader.tag === 0x0a) readKeyValue(reader.message(), record, depth);
    else reader.skip();
  }
  return record;
}

const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Bytes as lower-case hex. An id of more than 32 bytes is truncated, because it is not valid in any case. */
function toHex(bytes: Uint8Array): string {
  let text = '';
  const length = Math.min(bytes.length, 32);
  for (let index = 0; index < length; index++) text += HEX_BYTES[bytes[index] ?? 0] ?? '';
  return text;
}
