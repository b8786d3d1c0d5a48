// An encoded span in a string of one character per byte, and the changes that a decision at the end of its trace makes:
//
//    trace_id span_id | trace_state | parent_span_id name kind start end | attributes ... | flags
//                       replaced                                          ^ one more        sampled
//
// The offsets are those of writeSpan. Fields are inserted at their place rather than appended, so that repeated fields
// stay together and no reader depends on the rule that the last of two fields wins.

import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { ProtobufReader } from '../../protobuf/reader.js';
import { ByteWriter } from '../../protobuf/writer.js';
import { ATTR_SAMPLING_KEPT_BY, type BufferedSpan, type KeepMark } from '../../spans/span-buffer.js';
import { SAMPLED_FLAG } from '../../spans/trace-flags.js';

const SPAN_TAG = 0x12;
const TRACE_STATE_TAG = 0x1a;
const ATTRIBUTES_TAG = 0x4a;
/** The number of the attributes field. All fields behind it have higher numbers. */
const ATTRIBUTES = 9;
const IDS_BYTES = 2 + 16 + 2 + 8;
const FLAGS_BYTES = 4;
const MAX_ATTRIBUTE_BYTES = 64 * 1024;
// The object, the string header, and the slot in the list of its trace: measured.
const OVERHEAD_BYTES = 100;

/** An encoded span outside a batch. */
export interface EncodedSpan extends BufferedSpan {
  readonly resource: Resource | undefined;
  readonly scope: InstrumentationScope;
  /** The Span message, one character per byte. */
  readonly text: string;
  /** The Span message to use if the span is marked. Absent if the mark makes no other difference. */
  readonly textWhenMarked?: string;
}

/**
 * Copies the span that `writeSpan` has just written into an empty writer.
 *
 * The copy is a string, because a string takes no more memory than its content and is freed alone. A slice of a buffer
 * pool would keep the whole pool as long as one neighbour waits, and a separate buffer costs a microsecond.
 */
export function copyEncodedSpan(
  resource: Resource | undefined,
  scope: InstrumentationScope,
  writer: ByteWriter,
): EncodedSpan {
  const { bytes, pos } = writer;
  let start = 1;
  // The last byte of the length is the first one without the high bit.
  while ((bytes[start++] ?? 0) >= 0x80);
  return { resource, scope, text: decodeLatin1Range(bytes, start, pos), bytes: pos - start + OVERHEAD_BYTES };
}

// The function behind `toString('latin1')`, which takes 65 instead of 120 ns. All Node buffers have it, but it is undocumented.
const { latin1Slice } = Buffer.prototype as Buffer & {
  latin1Slice?(this: Buffer, start: number, end: number): string;
};

function decodeLatin1Range(bytes: Buffer, start: number, end: number): string {
  return latin1Slice === undefined
    ? bytes.toString('latin1', start, end)
    : latin1Slice.call(bytes, start, end);
}

/**
 * Writes an encoded span as one element of `ScopeSpans.spans`.
 *
 * @param writer the destination
 * @param text the text of an encoded span
 * @param mark the tracestate and the attribute to set; undefined to leave the span as it is
 */
export function writeEncodedSpan(writer: ByteWriter, text: string, mark: KeepMark | undefined): void {
  writer.byte(SPAN_TAG);
  const start = writer.begin(2);
  writer.latin1(text);
  if (mark !== undefined) insertMark(writer, text, mark);
  // The trace is kept, so the span is sampled: two requests of one trace may arrive with different flags.
  const flags = writer.pos - FLAGS_BYTES;
  writer.bytes[flags] = (writer.bytes[flags] ?? 0) | SAMPLED_FLAG;
  writer.end(start, 2);
}

/** Rewrites the span at the end of the writer from its tracestate on. */
function insertMark(writer: ByteWriter, text: string, mark: KeepMark): void {
  const start = writer.pos - text.length;
  const afterIds = start + IDS_BYTES;
  let afterTraceState = afterIds;
  let attributesStart = afterIds;
  const reader = new ProtobufReader(writer.bytes, afterIds, writer.pos);
  while (reader.next() && reader.tag >>> 3 < ATTRIBUTES) {
    reader.skip();
    attributesStart = reader.position;
    if (reader.tag === TRACE_STATE_TAG) afterTraceState = attributesStart;
  }
  writer.pos = afterIds;
  writer.byte(TRACE_STATE_TAG);
  writer.string(mark.traceState);
  writer.latin1(text.slice(afterTraceState - start, attributesStart - start));
  writer.raw(getReasonAttribute(mark));
  writer.latin1(text.slice(attributesStart - start));
}

const attributes = new Map<KeepMark['reason'], Uint8Array>();

/** Returns the encoded attribute with the reason. */
function getReasonAttribute({ reason }: KeepMark): Uint8Array {
  let bytes = attributes.get(reason);
  if (bytes === undefined) {
    const writer = new ByteWriter(MAX_ATTRIBUTE_BYTES);
    writer.shortPair(ATTRIBUTES_TAG, ATTR_SAMPLING_KEPT_BY, reason);
    bytes = Uint8Array.from(writer.written);
    attributes.set(reason, bytes);
  }
  return bytes;
}
