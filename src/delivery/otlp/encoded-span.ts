// An encoded span, held back as text of one character a byte, with what a decision at its trace's end adds:
//
//    trace_id span_id | trace_state | parent_span_id name kind start end | attributes ... | flags
//                       replaced                                          ^ one more        sampled
//
// The offsets are those of writeSpan. Fields are spliced in rather than appended, so that repeated ones stay together
// and nobody has to know that the last one of two counts.

import { TraceFlags } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { type BufferedSpan, KEPT_BY, type KeepMark } from '../../spans/span-buffer.js';
import { ByteWriter } from '../../protobuf/writer.js';

const IDS_BYTES = 2 + 16 + 2 + 8;
const TRACE_STATE = 0x1a;
const FLAGS_BYTES = 4;
const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
// Attributes and all that comes after them.
const FIRST_AFTER_TIMES = 9;
const MAX_MARK_BYTES = 64 * 1024;
// The object and the string around the bytes, and the place in its trace's list. Measured, as for the trace's own.
const HELD_BYTES = 100;

/** An encoded span outside any chunk. */
export interface HeldSpan extends BufferedSpan {
  readonly resource: Resource | undefined;
  readonly scope: InstrumentationScope;
  /** The Span message, one character a byte. */
  readonly text: string;
  /** The same for when it is marked, where that makes a difference beyond the mark. */
  readonly marked?: string;
}

/**
 * Keeps what `writeSpan` has just written into an empty writer.
 *
 * As text: a string takes what it holds and no more, and goes when nobody needs it. A slice of a pool would keep the
 * whole pool for as long as one neighbour waits, and a buffer of its own costs a microsecond.
 */
export function holdSpan(
  resource: Resource | undefined,
  scope: InstrumentationScope,
  writer: ByteWriter,
): HeldSpan {
  const { bytes, pos } = writer;
  let start = 1;
  // The length's last byte is the one without the high bit.
  while ((bytes[start++] ?? 0) >= 0x80);
  return { resource, scope, text: latin1Of(bytes, start, pos), bytes: pos - start + HELD_BYTES };
}

// What `toString('latin1')` calls in the end, after 55 of its 120 ns. All of Node's buffers have it, but no document says so.
const { latin1Slice } = Buffer.prototype as Buffer & {
  latin1Slice?(this: Buffer, start: number, end: number): string;
};

function latin1Of(bytes: Buffer, start: number, end: number): string {
  return latin1Slice === undefined
    ? bytes.toString('latin1', start, end)
    : latin1Slice.call(bytes, start, end);
}

/**
 * Writes a held span as one element of `ScopeSpans.spans`, as it was or marked.
 *
 * @param writer where to
 * @param text of a held span
 * @param mark what is added
 */
export function writeHeld(writer: ByteWriter, text: string, mark: KeepMark | undefined): void {
  writer.byte(0x12);
  const start = writer.begin(2);
  if (mark === undefined) writer.latin1(text);
  else {
    const rest = endOfField(text, IDS_BYTES, TRACE_STATE);
    const attributes = startOfAttributes(text, rest);
    writer.latin1(text.slice(0, IDS_BYTES));
    writer.byte(TRACE_STATE);
    writer.string(mark.traceState);
    writer.latin1(text.slice(rest, attributes));
    writer.raw(attributeOf(mark));
    writer.latin1(text.slice(attributes));
  }
  // Its trace is kept, whatever was said of the span: of two requests of one trace each may bring another flag.
  const flags = writer.pos - FLAGS_BYTES;
  writer.bytes[flags] = (writer.bytes[flags] ?? 0) | TraceFlags.SAMPLED;
  writer.end(start, 2);
}

/** Behind a delimited field that stands at `at`, or `at` itself where another one does. */
function endOfField(text: string, at: number, tag: number): number {
  return text.charCodeAt(at) === tag ? skip(text, at) : at;
}

function startOfAttributes(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) >> 3 < FIRST_AFTER_TIMES) at = skip(text, at);
  return at;
}

/** Behind the field at `at`; numbers below 16, so the tag is one byte. */
function skip(text: string, at: number): number {
  const type = text.charCodeAt(at) & 7;
  let next = at + 1;
  if (type === FIXED64) return next + 8;
  let value = 0;
  let shift = 0;
  for (; ; shift += 7) {
    const byte = text.charCodeAt(next++);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (type === DELIMITED) return next + value;
  if (type === VARINT) return next;
  throw new TypeError(`unreachable: wire type ${type} in a span of ours`);
}

const attributes = new Map<KeepMark['reason'], Uint8Array>();

function attributeOf({ reason }: KeepMark): Uint8Array {
  let bytes = attributes.get(reason);
  if (bytes === undefined) {
    const writer = new ByteWriter(MAX_MARK_BYTES);
    writer.shortPair(0x4a, KEPT_BY, reason);
    bytes = Uint8Array.from(writer.bytes.subarray(0, writer.pos));
    attributes.set(reason, bytes);
  }
  return bytes;
}
