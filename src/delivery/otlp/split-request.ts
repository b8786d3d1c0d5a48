// Cuts a request body in two, for a backend that answered 413: each half keeps the resource and scope of its spans.
// The body is our own, but it may have come back from disk, so nothing is taken for granted.

import type { Chunk } from '../batcher.js';
import { ByteWriter } from '../../protobuf/writer.js';

/** A field of a message: its number, and the bytes from its tag to its end. */
interface Field {
  readonly number: number;
  readonly whole: Uint8Array;
  /** The bytes behind tag and length. */
  readonly content: Uint8Array;
}

const SPANS = 2;
const SCOPE_SPANS = 2;
const LIMIT = 128 * 1024 * 1024;

/**
 * Two chunks with the first and the second half of the spans.
 *
 * @returns undefined where there is nothing to cut: a single span, or bytes that cannot be read
 */
export function splitChunk(chunk: Chunk): readonly [Chunk, Chunk] | undefined {
  if (chunk.spans < 2) return undefined;
  const middle = chunk.spans >>> 1;
  const first = part(chunk.bytes, 0, middle);
  const second = part(chunk.bytes, middle, chunk.spans);
  if (first?.spans !== middle || second?.spans !== chunk.spans - middle) return undefined;
  return [first, second];
}

/** The request with only the spans from index `from` up to `to`. */
function part(bytes: Uint8Array, from: number, to: number): Chunk | undefined {
  const writer = new ByteWriter(LIMIT);
  let index = 0;
  let kept = 0;

  function copyScope(scope: Field): boolean {
    const fields = readFields(scope.content);
    if (fields === undefined) return false;
    const start = open(writer, 0x12);
    const before = kept;
    for (const field of fields) {
      if (field.number === SPANS) {
        const wanted = index >= from && index < to;
        index++;
        if (!wanted) continue;
        kept++;
      }
      writer.raw(field.whole);
    }
    closeOrDrop(writer, start, kept > before);
    return true;
  }

  for (const resource of readFields(bytes) ?? []) {
    const fields = readFields(resource.content);
    if (fields === undefined) return undefined;
    const start = open(writer, 0x0a);
    const before = kept;
    for (const field of fields) {
      if (field.number !== SCOPE_SPANS) writer.raw(field.whole);
      else if (!copyScope(field)) return undefined;
    }
    closeOrDrop(writer, start, kept > before);
  }
  return { bytes: new Uint8Array(writer.bytes.subarray(0, writer.pos)), spans: kept };
}

function open(writer: ByteWriter, tag: number): number {
  writer.byte(tag);
  return writer.begin(3);
}

function closeOrDrop(writer: ByteWriter, start: number, keep: boolean): void {
  if (keep) writer.end(start, 3);
  else writer.pos = start - 1;
}

/** The delimited fields of a message; undefined where anything else stands in it. */
function readFields(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const start = at;
    const tag = bytes[at++] ?? 0;
    if ((tag & 0x87) !== 2) return undefined;
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte > 0x7f; shift += 7) {
      if (at >= bytes.length || shift > 28) return undefined;
      byte = bytes[at++] ?? 0;
      length += (byte & 0x7f) * 2 ** shift;
    }
    if (at + length > bytes.length) return undefined;
    fields.push({
      number: tag >>> 3,
      whole: bytes.subarray(start, at + length),
      content: bytes.subarray(at, at + length),
    });
    at += length;
  }
  return fields;
}
