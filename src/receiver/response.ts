// The bodies of responses. An OTLP client receives the encoding that it sent: success, partial success, or a status with a
// message.
//
//   ExportTraceServiceResponse  1 partial_success { 1 rejected_spans int64, 2 error_message string }
//   google.rpc.Status           1 code int32, 2 message string
//
// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response

import type { OtlpEncoding } from './decode-export.js';

/** A response's body with its media type. */
export interface ResponseBody {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Creates an `ExportTraceServiceResponse`. It is empty if every span was accepted, as the specification requires. */
export function exportResponse(encoding: OtlpEncoding, rejectedSpans = 0, errorMessage = ''): ResponseBody {
  const isPartial = rejectedSpans > 0 || errorMessage !== '';
  if (encoding === 'json') {
    // proto3 JSON writes 64-bit integers as strings.
    return jsonResponse(
      isPartial ? { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } } : {},
    );
  }
  const inner = concat(varintField(1, rejectedSpans), textField(2, errorMessage));
  return protobufResponse(isPartial ? bytesField(1, inner) : new Uint8Array(0));
}

/** Creates a `google.rpc.Status`, the body of every rejected export. */
export function statusResponse(encoding: OtlpEncoding, message: string): ResponseBody {
  // Code 3 is INVALID_ARGUMENT. OTLP clients use only the HTTP status and the message.
  return encoding === 'json'
    ? jsonResponse({ code: 3, message })
    : protobufResponse(concat(varintField(1, 3), textField(2, message)));
}

/** Creates a JSON body of any value. */
export function jsonResponse(value: unknown): ResponseBody {
  return { contentType: 'application/json', body: new TextEncoder().encode(`${JSON.stringify(value)}\n`) };
}

function protobufResponse(body: Uint8Array): ResponseBody {
  return { contentType: 'application/x-protobuf', body };
}

function varintField(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : Uint8Array.from([field << 3, ...varint(value)]);
}

function textField(field: number, text: string): Uint8Array {
  return text === '' ? new Uint8Array(0) : bytesField(field, new TextEncoder().encode(text));
}

function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.from([(field << 3) | 2, ...varint(bytes.length)]), bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
