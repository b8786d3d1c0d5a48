// The bodies of responses. An OTLP client receives the encoding that it sent: success, partial success, or a status with a
// message.
//
//   ExportTraceServiceResponse  1 partial_success { 1 rejected_spans int64, 2 error_message string }
//   google.rpc.Status           1 code int32, 2 message string
//
// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response

import { ByteWriter } from '../protobuf/writer.js';
import type { OtlpEncoding } from './decode-export.js';

const PARTIAL_SUCCESS_TAG = 0x0a;
const INTEGER_TAG = 0x08;
const TEXT_TAG = 0x12;
/** The code of `google.rpc.Status` for a request that cannot be read. */
const INVALID_ARGUMENT = 3;
const MAX_BYTES = 64 * 1024 * 1024;

/** A response's body with its media type. */
export interface ResponseBody {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Creates an `ExportTraceServiceResponse`. It is empty if every span was accepted, as the specification requires. */
export function createExportResponse(
  encoding: OtlpEncoding,
  rejectedSpans = 0,
  errorMessage = '',
): ResponseBody {
  const isPartial = rejectedSpans > 0 || errorMessage !== '';
  if (encoding === 'json') {
    // proto3 JSON writes 64-bit integers as strings.
    return createJsonResponse(
      isPartial ? { partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } } : {},
    );
  }
  return createProtobufResponse(writer => {
    if (!isPartial) return;
    writer.byte(PARTIAL_SUCCESS_TAG);
    const start = writer.begin(1);
    writeFields(writer, rejectedSpans, errorMessage);
    writer.end(start, 1);
  });
}

/** Creates a `google.rpc.Status`, the body of every rejected export. */
export function createStatusResponse(encoding: OtlpEncoding, message: string): ResponseBody {
  // OTLP clients use only the HTTP status and the message.
  return encoding === 'json'
    ? createJsonResponse({ code: INVALID_ARGUMENT, message })
    : createProtobufResponse(writer => writeFields(writer, INVALID_ARGUMENT, message));
}

/** Creates a JSON body of any value. */
export function createJsonResponse(value: unknown): ResponseBody {
  return { contentType: 'application/json', body: new TextEncoder().encode(`${JSON.stringify(value)}\n`) };
}

function createProtobufResponse(write: (writer: ByteWriter) => void): ResponseBody {
  const writer = new ByteWriter(MAX_BYTES);
  write(writer);
  return { contentType: 'application/x-protobuf', body: Uint8Array.from(writer.written) };
}

/** Writes an integer as field 1 and a text as field 2. Defaults are left out. */
function writeFields(writer: ByteWriter, integer: number, text: string): void {
  if (integer !== 0) {
    writer.byte(INTEGER_TAG);
    writer.int64(integer);
  }
  if (text !== '') {
    writer.byte(TEXT_TAG);
    writer.string(text);
  }
}
