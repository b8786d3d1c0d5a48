// What a backend says with a 2xx: ExportTraceServiceResponse, in protobuf or JSON.
//
//   ExportTraceServiceResponse  1 partial_success
//   ExportTracePartialSuccess   1 rejected_spans int64 · 2 error_message string
//
// Source: https://opentelemetry.io/docs/specs/otlp/#partial-success-1. Total: what cannot be read means full success.

/** The spans that were refused one by one, and why. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const NONE: PartialSuccess = { rejected: 0, message: '' };
const MAX_MESSAGE = 300;
const OPEN_BRACE = 0x7b;

/** Reads a response body. Never throws. */
export function readPartialSuccess(body: Uint8Array, contentType: string | undefined): PartialSuccess {
  if (body.length === 0) return NONE;
  try {
    // Some answer JSON and do not say so: protobuf never begins with a brace.
    const isJson = contentType?.includes('json') || body[0] === OPEN_BRACE;
    return isJson ? fromJson(body) : fromProtobuf(body);
  } catch {
    // The request was accepted; an answer that cannot be read does not change that.
    return NONE;
  }
}

function fromJson(body: Uint8Array): PartialSuccess {
  const answer = JSON.parse(Buffer.from(body).toString('utf8')) as {
    partialSuccess?: { rejectedSpans?: unknown; errorMessage?: unknown };
  } | null;
  return make(
    Number(answer?.partialSuccess?.rejectedSpans ?? 0),
    String(answer?.partialSuccess?.errorMessage ?? ''),
  );
}

function fromProtobuf(body: Uint8Array): PartialSuccess {
  let found = NONE;
  for (const { number, value } of fields(body)) {
    if (number !== 1 || typeof value === 'number') continue;
    let rejected = 0;
    let message = '';
    for (const field of fields(value)) {
      if (field.number === 1 && typeof field.value === 'number') rejected = field.value;
      if (field.number === 2 && typeof field.value !== 'number') {
        message = Buffer.from(field.value).toString('utf8');
      }
    }
    found = make(rejected, message);
  }
  return found;
}

function make(rejected: number, message: string): PartialSuccess {
  const count = Number.isFinite(rejected) && rejected > 0 ? Math.floor(rejected) : 0;
  return { rejected: count, message: message.slice(0, MAX_MESSAGE) };
}

/** The varint and delimited fields of a message; throws where it is cut off or none. */
function* fields(bytes: Uint8Array): Generator<{ number: number; value: number | Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('cut off');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === 0) {
      yield { number, value: varint() };
    } else if (tag % 8 === 2) {
      const size = varint();
      if (at + size > bytes.length) throw new RangeError('cut off');
      yield { number, value: bytes.subarray(at, at + size) };
      at += size;
    } else if (tag % 8 === 1 || tag % 8 === 5) {
      at += tag % 8 === 1 ? 8 : 4;
    } else {
      throw new RangeError('unknown wire type');
    }
  }
}
