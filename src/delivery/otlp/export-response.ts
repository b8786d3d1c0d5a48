// Reads the body of a 2xx response: ExportTraceServiceResponse, in protobuf or JSON.
//
//   ExportTraceServiceResponse  1 partial_success
//   ExportTracePartialSuccess   1 rejected_spans int64 · 2 error_message string
//
// Total: a body that cannot be read means full success. Source: https://opentelemetry.io/docs/specs/otlp/#partial-success-1

import { ProtobufReader } from '../../protobuf/reader.js';

/** The number of spans that the backend rejected one by one, with its reason. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const FULL_SUCCESS: PartialSuccess = { rejected: 0, message: '' };
const MAX_MESSAGE_LENGTH = 300;
const OPEN_BRACE = 0x7b;
const PARTIAL_SUCCESS_TAG = 0x0a;
const REJECTED_SPANS_TAG = 0x08;
const ERROR_MESSAGE_TAG = 0x12;

/**
 * Reads a response body. Never throws.
 *
 * @param body the bytes, possibly cut off
 * @param contentType the `Content-Type` header
 */
export function readPartialSuccess(body: Uint8Array, contentType: string | undefined): PartialSuccess {
  if (body.length === 0) return FULL_SUCCESS;
  try {
    // Some backends send JSON without the content type. Protobuf never begins with a brace.
    const isJson = contentType?.includes('json') || body[0] === OPEN_BRACE;
    return isJson ? parseJsonResponse(body) : parseProtobufResponse(body);
  } catch {
    // The backend accepted the request. An unreadable response body does not change that.
    return FULL_SUCCESS;
  }
}

function parseJsonResponse(body: Uint8Array): PartialSuccess {
  const response = JSON.parse(Buffer.from(body).toString('utf8')) as {
    partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
  } | null;
  return createPartialSuccess(
    Number(response?.partialSuccess?.rejectedSpans ?? 0),
    String(response?.partialSuccess?.errorMessage ?? ''),
  );
}

function parseProtobufResponse(body: Uint8Array): PartialSuccess {
  let found = FULL_SUCCESS;
  const response = new ProtobufReader(body);
  while (response.next()) {
    if (response.tag === PARTIAL_SUCCESS_TAG) found = readMessage(response.message());
    else response.skip();
  }
  return found;
}

function readMessage(reader: ProtobufReader): PartialSuccess {
  let rejected = 0;
  let message = '';
  while (reader.next()) {
    if (reader.tag === REJECTED_SPANS_TAG) rejected = Number(reader.int64());
    else if (reader.tag === ERROR_MESSAGE_TAG) message = reader.string();
    else reader.skip();
  }
  return createPartialSuccess(rejected, message);
}

function createPartialSuccess(rejected: number, message: string): PartialSuccess {
  const count = Number.isFinite(rejected) && rejected > 0 ? Math.floor(rejected) : 0;
  return { rejected: count, message: message.slice(0, MAX_MESSAGE_LENGTH) };
}
