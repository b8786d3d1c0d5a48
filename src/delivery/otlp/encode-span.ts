// Encodes an ended span as OTLP's Span message.
//
//    1 trace_id    2 span_id      3 trace_state   4 parent_span_id   5 name     6 kind       7 start   8 end
//    9 attributes 10 dropped     11 events       12 dropped         13 links   14 dropped   15 status 16 flags
//
// Source: opentelemetry/proto/trace/v1/trace.proto

import type { Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { readSnapshot } from '../../spans/span-snapshot.js';
import { writeAttributes } from './encode-attributes.js';
import type { ByteWriter } from '../../protobuf/writer.js';

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * Writes a span as one element of `ScopeSpans.spans`. Defaults are left out, as in proto3.
 *
 * @param writer the destination
 * @param span the ended span
 * @throws TooLargeError at the limit of the writer, and any error of a getter in the span; the caller resets `pos`
 */
export function writeSpan(writer: ByteWriter, span: ReadableSpan): void {
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  const { attributes } = span;
  const { startS, startNs, endS, endNs, hasEvents, hasLinks, hasStatus } = readSnapshot(span);
  writer.byte(0x12);
  // Nearly every span takes 128 to 16,383 bytes, so its length takes two bytes.
  const start = writer.begin(2);
  writer.byte(0x0a);
  writer.hex(context.traceId);
  writer.byte(0x12);
  writer.hex(context.spanId);
  writeTraceState(writer, context, 0x1a);
  if (parent?.spanId) {
    writer.byte(0x22);
    writer.hex(parent.spanId);
  }
  writer.byte(0x2a);
  writer.string(String(span.name));
  // The API numbers kinds from 0 (internal), OTLP from 1.
  if (span.kind != null) writeCount(writer, 0x30, span.kind + 1);
  writer.byte(0x39);
  writer.time(startS, startNs);
  writer.byte(0x41);
  writer.time(endS, endNs);
  if (attributes != null) writeAttributes(writer, attributes, 0x4a);
  writeCount(writer, 0x50, span.droppedAttributesCount);
  if (hasEvents) {
    for (const event of span.events) writeEvent(writer, event);
    writeCount(writer, 0x60, span.droppedEventsCount);
  }
  if (hasLinks) {
    for (const link of span.links) writeLink(writer, link);
    writeCount(writer, 0x70, span.droppedLinksCount);
  }
  writer.byte(0x7a);
  const statusStart = writer.begin(1);
  if (hasStatus) writeStatus(writer, span.status);
  writer.end(statusStart, 1);
  writer.byte(0x85);
  writer.byte(0x01);
  writer.fixed32(computeFlags(context, parent));
  writer.end(start, 2);
}

function writeStatus(writer: ByteWriter, { code, message }: SpanStatus): void {
  if (message) {
    writer.byte(0x12);
    writer.string(message);
  }
  writeCount(writer, 0x18, code);
}

function writeEvent(writer: ByteWriter, event: TimedEvent): void {
  writer.byte(0x5a);
  const start = writer.begin(1);
  writer.byte(0x09);
  writer.time(event.time[0], event.time[1]);
  writer.byte(0x12);
  writer.string(String(event.name));
  if (event.attributes) writeAttributes(writer, event.attributes, 0x1a);
  writeCount(writer, 0x20, event.droppedAttributesCount);
  writer.end(start, 1);
}

function writeLink(writer: ByteWriter, link: Link): void {
  const { context } = link;
  writer.byte(0x6a);
  const start = writer.begin(1);
  writer.byte(0x0a);
  writer.hex(context.traceId);
  writer.byte(0x12);
  writer.hex(context.spanId);
  writeTraceState(writer, context, 0x1a);
  if (link.attributes) writeAttributes(writer, link.attributes, 0x22);
  writeCount(writer, 0x28, link.droppedAttributesCount);
  writer.byte(0x35);
  writer.fixed32(computeFlags(context, context));
  writer.end(start, 1);
}

// The latest tracestate and its text. A tracestate is immutable, and the spans of a trace share one, as do all traces with
// the same probability. Serializing it for each span would take a third of the time of encoding.
let lastTraceState: SpanContext['traceState'];
let lastText = '';

function writeTraceState(writer: ByteWriter, { traceState }: SpanContext, tag: number): void {
  if (!traceState) return;
  if (traceState !== lastTraceState) {
    lastText = traceState.serialize();
    lastTraceState = traceState;
  }
  if (!lastText) return;
  writer.byte(tag);
  writer.string(lastText);
}

function writeCount(writer: ByteWriter, tag: number, count: number | undefined): void {
  if (!count) return;
  writer.byte(tag);
  writer.varint(count);
}

/** The W3C flags in the low byte. The bits above state whether the parent, or the span of a link, is remote. */
function computeFlags(context: SpanContext, origin: SpanContext | undefined): number {
  return (context.traceFlags & 0xff) | HAS_IS_REMOTE | (origin?.isRemote ? IS_REMOTE : 0);
}
