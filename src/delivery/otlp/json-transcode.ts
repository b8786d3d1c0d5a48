// A request in protobuf, as our encoder writes it, made into OTLP as JSON: byte by byte, without the objects between.
//
//   0a … resource_spans { 12 … scope_spans { 12 … spans { 0a 10 <trace id> … } } }
//   {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c", … }]}]}]}
//
// Fields stand in the order of their numbers in what we write, so a list is whole before the next field begins. What is
// not set is left out, as proto3 says. Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import { isUtf8 } from 'node:buffer';
import { type Field, type Form, type Message, REQUEST } from './json-schema.js';
import { JsonWriter } from './json-writer.js';

// Protobuf decoders stop at 100 nested messages.
const MAX_DEPTH = 100;
const JSON_PER_BYTE = 3;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;

/**
 * Writes a request as OTLP JSON in UTF-8, on one line. Never throws.
 *
 * @param request an ExportTraceServiceRequest whose fields are in the order of their numbers
 * @param end ASCII that follows the JSON, a line end for instance
 * @returns undefined for bytes that are no such request
 * @example
 * toOtlpJson(chunk.bytes, '\n'); // {"resourceSpans":[…]}
 */
export function toOtlpJson(request: Uint8Array, end = ''): Buffer | undefined {
  try {
    const transcoder = new Transcoder(request);
    transcoder.message(REQUEST, request.length, 0);
    transcoder.json.ascii(end);
    const text = transcoder.json.written;
    // Text that was no UTF-8 came through as it was; what receives it must be able to read the rest.
    return isUtf8(text) ? text : Buffer.from(text.toString('utf8'));
  } catch {
    // Cut off, of another order, nested without end, or too large for one buffer: the caller says what becomes of it.
    return undefined;
  }
}

/** A cursor over the request, and what has been written of it. */
class Transcoder {
  readonly json: JsonWriter;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.json = new JsonWriter(bytes.length * JSON_PER_BYTE + 64);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  message(fields: Message, end: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    const { json } = this;
    let last: Field | undefined;
    json.byte(OPEN_OBJECT);
    while (this.#at < end) {
      const tag = this.#varint(end);
      const field = fields[tag >>> 3];
      if (field === undefined || field.tag !== tag) {
        this.#skip(tag & 7, end);
        continue;
      }
      if (field !== last) {
        if (last !== undefined) {
          if (last.tag > tag) throw new RangeError('fields out of order');
          if (last.repeated) json.byte(CLOSE_LIST);
          json.byte(COMMA);
        }
        json.raw(field.label);
        last = field;
      } else if (field.repeated) json.byte(COMMA);
      else throw new RangeError('a field stands twice');
      if (typeof field.form === 'string') this.#value(field.form, end);
      else this.message(field.form, this.#length(end), depth + 1);
    }
    if (last?.repeated) json.byte(CLOSE_LIST);
    json.byte(CLOSE_OBJECT);
  }

  #value(form: Form, end: number): void {
    const { json } = this;
    switch (form) {
      case 'string':
      case 'hex':
      case 'base64':
        return this.#delimited(form, this.#length(end));
      case 'bool':
        return json.ascii(this.#varint(end) === 0 ? 'false' : 'true');
      case 'uint32':
        return json.ascii(String(this.#varint(end) % 0x1_0000_0000));
      case 'flags':
        return json.ascii(String(this.#view.getUint32(this.#take(4, end), true)));
      case 'int64':
        return this.#quoted(String(this.#int64(end)));
      case 'nanoseconds':
        return this.#quoted(String(this.#view.getBigUint64(this.#take(8, end), true)));
      case 'double': {
        const value = this.#view.getFloat64(this.#take(8, end), true);
        if (!Number.isFinite(value)) this.#quoted(String(value));
        else json.ascii(Object.is(value, -0) ? '-0' : String(value));
      }
    }
  }

  #delimited(form: 'string' | 'hex' | 'base64', end: number): void {
    const from = this.#at;
    this.#at = end;
    if (form === 'string') this.json.quoted(this.#bytes, from, end);
    else if (form === 'hex') this.json.hex(this.#bytes, from, end);
    else this.#quoted(Buffer.from(this.#bytes.subarray(from, end)).toString('base64'));
  }

  #quoted(ascii: string): void {
    this.json.byte(QUOTE);
    this.json.ascii(ascii);
    this.json.byte(QUOTE);
  }

  #skip(type: number, end: number): void {
    if (type === 0) this.#int64(end);
    else if (type === 1) this.#take(8, end);
    else if (type === 2) this.#at = this.#length(end);
    else if (type === 5) this.#take(4, end);
    else throw new RangeError('unknown wire type');
  }

  /** Where the field that starts with a length ends. */
  #length(end: number): number {
    const length = this.#varint(end);
    if (length > end - this.#at) throw new RangeError('cut off');
    return this.#at + length;
  }

  /** Moves over bytes and answers where they start. */
  #take(size: number, end: number): number {
    const from = this.#at;
    if (size > end - from) throw new RangeError('cut off');
    this.#at = from + size;
    return from;
  }

  /** An unsigned varint that fits a number. */
  #varint(end: number): number {
    // Nearly all tags and lengths take one byte.
    const first = this.#bytes[this.#at] ?? 0x80;
    if (first < 0x80 && this.#at < end) {
      this.#at++;
      return first;
    }
    let value = 0;
    for (let factor = 1; factor < 2 ** 49; factor *= 128) {
      const byte = this.#bytes[this.#take(1, end)] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError('too large a number');
  }

  #int64(end: number): number | bigint {
    const start = this.#at;
    let size = 1;
    while ((this.#bytes[this.#take(1, end)] ?? 0) > 0x7f) {
      if (++size > 10) throw new RangeError('a varint is longer than ten bytes');
    }
    if (size <= 7) {
      this.#at = start;
      return this.#varint(end);
    }
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt((this.#bytes[start + i] ?? 0) & 0x7f) << BigInt(7 * i);
    return BigInt.asIntN(64, value);
  }
}
