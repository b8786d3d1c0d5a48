// OTLP traces as protobuf: `TracesData` and `ExportTraceServiceRequest`, which have the same wire form.
//
//   request      1 ResourceSpans*
//   ResourceSpans 1 Resource { 1 KeyValue* }   2 ScopeSpans { 2 Span* }*
//   Span         1 trace id  2 span id  4 parent id  5 name  6 kind  7 start  8 end
//                9 KeyValue*  11 Event*  13 Link*  15 Status
//
// The cases below are whole tags (field << 3 | type), so that a field of the wrong type counts as unknown.
// Source: opentelemetry-proto, trace/v1/trace.proto, common/v1/common.proto, resource/v1/resource.proto

import type { Attributes, AttributeValue, FlatEvent, FlatSpan, SpanLink, Status } from '../types.js';
import { type Batch, type BinaryReader, ReadError } from './read-error.js';
import { addSpan, toSpanKind, MAX_VALUE_DEPTH, setAttribute, serviceName, toStatus } from './otlp-model.js';
import { Wire, WireError } from '../../protobuf/reader.js';

/** Reads OTLP protobuf. */
export const otlpProtobuf: BinaryReader = {
  name: 'otlp-protobuf',
  input: 'bytes',

  // The whole input must be ResourceSpans, one after the other: text practically never is.
  matches(bytes) {
    const wire = new Wire(bytes);
    try {
      while (wire.next()) {
        if (wire.tag !== 0x0a) return false;
        wire.skip();
      }
      return bytes.length > 0;
    } catch {
      // Not protobuf at all: another format's turn.
      return false;
    }
  },

  read(bytes) {
    const batch: Batch = { spans: [], problems: [] };
    try {
      const wire = new Wire(bytes);
      while (wire.next()) {
        if (wire.tag === 0x0a) readResourceSpans(wire.message(), batch);
        else wire.skip();
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw new ReadError('malformed', `This is not OTLP protobuf: ${error.message}.`, 'otlp-protobuf');
    }
    return batch;
  },
};

function readResourceSpans(wire: Wire, batch: Batch): void {
  const resource: Attributes = {};
  // The resource may stand behind its spans on the wire, so the spans wait.
  const scopes: Wire[] = [];
  while (wire.next()) {
    if (wire.tag === 0x0a) readResource(wire.message(), resource);
    else if (wire.tag === 0x12) scopes.push(wire.message());
    else wire.skip();
  }
  const service = serviceName(resource);
  for (const scope of scopes) {
    while (scope.next()) {
      if (scope.tag === 0x12) addSpan(batch, readSpan(scope.message(), service));
      else scope.skip();
    }
  }
}

function readResource(wire: Wire, resource: Attributes): void {
  while (wire.next()) {
    if (wire.tag === 0x0a) readKeyValue(wire.message(), resource, 0);
    else wire.skip();
  }
}

function readSpan(wire: Wire, service: string): FlatSpan {
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
  while (wire.next()) {
    switch (wire.tag) {
      case 0x0a:
        traceId = hex(wire.bytes());
        break;
      case 0x12:
        spanId = hex(wire.bytes());
        break;
      case 0x22:
        parentSpanId = hex(wire.bytes());
        break;
      case 0x2a:
        name = wire.string();
        break;
      case 0x30:
        kind = wire.uint32();
        break;
      case 0x39:
        startNs = wire.fixed64();
        break;
      case 0x41:
        endNs = wire.fixed64();
        break;
      case 0x4a:
        readKeyValue(wire.message(), attributes, 0);
        break;
      case 0x5a:
        events.push(readEvent(wire.message()));
        break;
      case 0x6a:
        links.push(readLink(wire.message()));
        break;
      case 0x7a:
        status = readStatus(wire.message());
        break;
      default:
        wire.skip();
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

function readEvent(wire: Wire): FlatEvent {
  let timeNs = 0n;
  let name = '';
  const attributes: Attributes = {};
  while (wire.next()) {
    if (wire.tag === 0x09) timeNs = wire.fixed64();
    else if (wire.tag === 0x12) name = wire.string();
    else if (wire.tag === 0x1a) readKeyValue(wire.message(), attributes, 0);
    else wire.skip();
  }
  return { name, timeNs, attributes };
}

function readLink(wire: Wire): SpanLink {
  let traceId = '';
  let spanId = '';
  const attributes: Attributes = {};
  while (wire.next()) {
    if (wire.tag === 0x0a) traceId = hex(wire.bytes());
    else if (wire.tag === 0x12) spanId = hex(wire.bytes());
    else if (wire.tag === 0x22) readKeyValue(wire.message(), attributes, 0);
    else wire.skip();
  }
  return { traceId, spanId, attributes };
}

function readStatus(wire: Wire): Status {
  let message = '';
  let code = 0;
  while (wire.next()) {
    if (wire.tag === 0x12) message = wire.string();
    else if (wire.tag === 0x18) code = wire.uint32();
    else wire.skip();
  }
  return toStatus(code, message);
}

function readKeyValue(wire: Wire, into: Attributes, depth: number): void {
  let key = '';
  let value: AttributeValue = null;
  while (wire.next()) {
    if (wire.tag === 0x0a) key = wire.string();
    else if (wire.tag === 0x12) value = readValue(wire.message(), depth + 1);
    else wire.skip();
  }
  setAttribute(into, key, value);
}

function readValue(wire: Wire, depth: number): AttributeValue {
  if (depth > MAX_VALUE_DEPTH) throw new WireError('an attribute value is nested too deeply');
  let value: AttributeValue = null;
  while (wire.next()) {
    switch (wire.tag) {
      case 0x0a:
        value = wire.string();
        break;
      case 0x10:
        value = wire.bool();
        break;
      case 0x18:
        value = wire.int64();
        break;
      case 0x21:
        value = wire.double();
        break;
      case 0x2a:
        value = readArray(wire.message(), depth);
        break;
      case 0x32:
        value = readRecord(wire.message(), depth);
        break;
      case 0x3a:
        // A copy: a view would keep the whole request in memory. (Not slice(): a Buffer's own is a view.)
        value = new Uint8Array(wire.bytes());
        break;
      default:
        wire.skip();
    }
  }
  return value;
}

function readArray(wire: Wire, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  while (wire.next()) {
    if (wire.tag === 0x0a) values.push(readValue(wire.message(), depth + 1));
    else wire.skip();
  }
  return values;
}

function readRecord(wire: Wire, depth: number): Attributes {
  const record: Attributes = {};
  while (wire.next()) {
    if (wire.tag === 0x0a) readKeyValue(wire.message(), record, depth);
    else wire.skip();
  }
  return record;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes as lower-case hex; more than an id can have are cut, the id is wrong anyway. */
function hex(bytes: Uint8Array): string {
  let text = '';
  const length = Math.min(bytes.length, 32);
  for (let index = 0; index < length; index++) text += HEX[bytes[index] ?? 0] ?? '';
  return text;
}
