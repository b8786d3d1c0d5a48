// Encodes the messages around the spans of a request: resource and scope.
//
//   ExportTraceServiceRequest  1 resource_spans
//   ResourceSpans              1 resource · 2 scope_spans · 3 schema_url
//   ScopeSpans                 1 scope    · 2 spans       · 3 schema_url
//
// Source: opentelemetry/proto/collector/trace/v1/trace_service.proto

import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { writeAttributes } from './encode-attributes.js';
import { ByteWriter } from '../../protobuf/writer.js';

const MAX_BYTES = 64 * 1024 * 1024;

/** The bytes before and after the repeated field of a message. */
export interface MessageEnvelope {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** A scope as specified. The type of OpenTelemetry JS has only name, version and schema. */
type FullScope = InstrumentationScope & {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly droppedAttributesCount?: number;
};

/**
 * Encodes the resource and the schema URL of `ResourceSpans`.
 *
 * @param resource the resource
 * @param shape adapts its attributes to a backend
 */
export function encodeResource(
  resource: Resource,
  shape: (attributes: Attributes) => Attributes = attributes => attributes,
): MessageEnvelope {
  const writer = new ByteWriter(MAX_BYTES);
  writer.byte(0x0a);
  const start = writer.begin(2);
  if (resource.attributes != null) writeAttributes(writer, shape(resource.attributes), 0x0a);
  writer.end(start, 2);
  return { head: copy(writer), tail: encodeSchema(resource.schemaUrl) };
}

/** Encodes the scope and the schema URL of `ScopeSpans`. */
export function encodeScope(scope: FullScope): MessageEnvelope {
  const writer = new ByteWriter(MAX_BYTES);
  writer.byte(0x0a);
  const start = writer.begin(1);
  writer.byte(0x0a);
  writer.string(scope.name);
  if (scope.version) {
    writer.byte(0x12);
    writer.string(scope.version);
  }
  if (scope.attributes) writeAttributes(writer, scope.attributes, 0x1a);
  if (scope.droppedAttributesCount) {
    writer.byte(0x20);
    writer.varint(scope.droppedAttributesCount);
  }
  writer.end(start, 1);
  return { head: copy(writer), tail: encodeSchema(scope.schemaUrl) };
}

function encodeSchema(url: string | undefined): Uint8Array {
  const writer = new ByteWriter(MAX_BYTES);
  if (url) {
    writer.byte(0x1a);
    writer.string(url);
  }
  return copy(writer);
}

function copy(writer: ByteWriter): Uint8Array {
  return new Uint8Array(writer.bytes.subarray(0, writer.pos));
}
