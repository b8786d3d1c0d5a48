// Converts a request from protobuf, as our encoder writes it, to OTLP JSON: byte by byte, without objects in between.
//
//   0a … resource_spans { 12 … scope_spans { 12 … spans { 0a 10 <trace id> … } } }
//   {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c", … }]}]}]}
//
// Our encoder writes fields in the order of their numbers, so a list is complete before the next field begins.
// Fields that are not set are left out, as in proto3. Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

import { isUtf8 } from 'node:buffer';
import { ProtobufError, ProtobufReader, WIRE_TYPE } from '../../protobuf/reader.js';
import { type Field, type Form, type Message, REQUEST } from './json-schema.js';
import { JsonWriter } from './json-writer.js';

// Protobuf decoders stop at 100 nested messages.
const MAX_DEPTH = 100;
const JSON_BYTES_PER_BYTE = 3;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const CLOSE_LIST = 0x5d;

/**
 * Converts a request to OTLP JSON in UTF-8, on one line. Never throws.
 *
 * @param request an ExportTraceServiceRequest whose fields are in the order of their numbers
 * @param end ASCII that follows the JSON, for instance a line end
 * @returns undefined for bytes that are not such a request
 * @example
 * toOtlpJson(batch.bytes, '\n'); // {"resourceSpans":[…]}
 */
export function toOtlpJson(request: Uint8Array, end = ''): Buffer | undefined {
  try {
    const converter = new JsonConverter(request);
    converter.message(REQUEST, 0);
    converter.json.ascii(end);
    const text = converter.json.written;
    // Strings that are not UTF-8 are copied as they are, and the receiver must still be able to read the rest.
    return isUtf8(text) ? text : Buffer.from(text.toString('utf8'));
  } catch {
    // Cut off, in another order, nested too deeply, or too large for one buffer: the caller drops the batch and reports it.
    return undefined;
  }
}

/** The reader of the request and the JSON written so far. */
class JsonConverter {
  readonly json: JsonWriter;
  readonly #bytes: Uint8Array;
  readonly #reader: ProtobufReader;

  constructor(bytes: Uint8Array) {
    this.json = new JsonWriter(bytes.length * JSON_BYTES_PER_BYTE + 64);
    this.#bytes = bytes;
    this.#reader = new ProtobufReader(bytes);
  }

  message(fields: Message, depth: number): void {
    if (depth > MAX_DEPTH) throw new ProtobufError('messages are nested too deeply');
    const { json } = this;
    const reader = this.#reader;
    let last: Field | undefined;
    json.byte(OPEN_OBJECT);
    while (reader.next()) {
      const { tag } = reader;
      const field = fields[tag >>> 3];
      if (field === undefined || field.tag !== tag) {
        if ((tag & 7) === WIRE_TYPE.startGroup) throw new ProtobufError('OTLP has no groups');
        reader.skip();
        continue;
      }
      if (field !== last) {
        if (last !== undefined) {
          if (last.tag > tag) throw new ProtobufError('fields are out of order');
          if (last.repeated) json.byte(CLOSE_LIST);
          json.byte(COMMA);
        }
        json.raw(field.label);
        last = field;
      } else if (field.repeated) json.byte(COMMA);
      else throw new ProtobufError('a field appears twice');
      if (typeof field.form === 'string') this.#value(field.form);
      else {
        const outerEnd = reader.enter();
        this.message(field.form, depth + 1);
        reader.leave(outerEnd);
      }
    }
    if (last?.repeated) json.byte(CLOSE_LIST);
    json.byte(CLOSE_OBJECT);
  }

  #value(form: Form): void {
    const { json } = this;
    const reader = this.#reader;
    switch (form) {
      case 'string': {
        const from = reader.delimited();
        return json.quoted(this.#bytes, from, reader.position);
      }
      case 'hex': {
        const from = reader.delimited();
        return json.hex(this.#bytes, from, reader.position);
      }
      case 'base64':
        return this.#quoted(Buffer.from(reader.bytes()).toString('base64'));
      case 'bool':
        return json.ascii(reader.bool() ? 'true' : 'false');
      case 'uint32':
        return json.ascii(String(reader.uint32()));
      case 'flags':
        return json.ascii(String(reader.fixed32()));
      case 'int64':
        return this.#quoted(String(reader.int64()));
      case 'nanoseconds':
        return this.#quoted(String(reader.fixed64()));
      case 'double': {
        const value = reader.double();
        if (!Number.isFinite(value)) this.#quoted(String(value));
        else json.ascii(Object.is(value, -0) ? '-0' : String(value));
      }
    }
  }

  #quoted(ascii: string): void {
    this.json.byte(QUOTE);
    this.json.ascii(ascii);
    this.json.byte(QUOTE);
  }
}
