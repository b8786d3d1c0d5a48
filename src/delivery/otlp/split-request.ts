// Splits a request body in two, for a backend that responded with 413. Each half keeps the resource and scope of its spans.
// The body is our own, but it may come from disk, so its structure is checked.

import { ProtobufReader, WIRE_TYPE } from '../../protobuf/reader.js';
import { ByteWriter } from '../../protobuf/writer.js';
import type { EncodedBatch } from '../batch/batch.js';

/** A delimited field: its number, its bytes from the tag to the end, and its content. */
interface DelimitedField {
  readonly number: number;
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

const RESOURCE_SPANS_TAG = 0x0a;
const SCOPE_SPANS_TAG = 0x12;
const SCOPE_SPANS = 2;
const SPANS = 2;
const MAX_BYTES = 128 * 1024 * 1024;
// The lengths of most ResourceSpans and ScopeSpans take three bytes: 16 KiB to 2 MiB.
const LENGTH_BYTES = 3;

/**
 * Splits a batch into the first and the second half of its spans.
 *
 * @returns undefined for a single span and for bytes that cannot be read
 */
export function splitBatch(batch: EncodedBatch): readonly [EncodedBatch, EncodedBatch] | undefined {
  if (batch.spanCount < 2) return undefined;
  const middle = batch.spanCount >>> 1;
  const first = copySpans(batch.bytes, 0, middle);
  const second = copySpans(batch.bytes, middle, batch.spanCount);
  if (first?.spanCount !== middle || second?.spanCount !== batch.spanCount - middle) return undefined;
  return [first, second];
}

/** Copies the request with the spans from index `from` up to `to` only. */
function copySpans(bytes: Uint8Array, from: number, to: number): EncodedBatch | undefined {
  const writer = new ByteWriter(MAX_BYTES);
  let index = 0;
  let copied = 0;

  function copyScope(scope: DelimitedField): boolean {
    const fields = readFields(scope.content);
    if (fields === undefined) return false;
    const start = beginField(writer, SCOPE_SPANS_TAG);
    const before = copied;
    for (const field of fields) {
      if (field.number === SPANS) {
        const isWanted = index >= from && index < to;
        index++;
        if (!isWanted) continue;
        copied++;
      }
      writer.raw(field.whole);
    }
    endField(writer, start, copied > before);
    return true;
  }

  for (const resource of readFields(bytes) ?? []) {
    const fields = readFields(resource.content);
    if (fields === undefined) return undefined;
    const start = beginField(writer, RESOURCE_SPANS_TAG);
    const before = copied;
    for (const field of fields) {
      if (field.number !== SCOPE_SPANS) writer.raw(field.whole);
      else if (!copyScope(field)) return undefined;
    }
    endField(writer, start, copied > before);
  }
  return { bytes: new Uint8Array(writer.written), spanCount: copied };
}

function beginField(writer: ByteWriter, tag: number): number {
  writer.byte(tag);
  return writer.begin(LENGTH_BYTES);
}

/** Completes a field, or removes one without spans. */
function endField(writer: ByteWriter, start: number, hasSpans: boolean): void {
  if (hasSpans) writer.end(start, LENGTH_BYTES);
  else writer.pos = start - 1;
}

/** Reads the fields of a message. Returns undefined if one of them is not delimited. */
function readFields(bytes: Uint8Array): DelimitedField[] | undefined {
  const fields: DelimitedField[] = [];
  const reader = new ProtobufReader(bytes);
  let start = 0;
  try {
    while (reader.next()) {
      if ((reader.tag & 7) !== WIRE_TYPE.delimited) return undefined;
      const content = reader.bytes();
      fields.push({ number: reader.tag >>> 3, whole: bytes.subarray(start, reader.position), content });
      start = reader.position;
    }
  } catch {
    // Damaged on disk: the caller drops the batch and reports it.
    return undefined;
  }
  return fields;
}
