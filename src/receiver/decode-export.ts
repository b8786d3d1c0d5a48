// An export request's body to spans: content type, content encoding, format.
// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request

import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { type Batch, ReadError, readSpans } from '../analysis/index.js';
import { HttpError } from './receiver-error.js';

/** The two forms of OTLP over HTTP; a request is answered in its own. */
export type OtlpEncoding = 'json' | 'protobuf';

/** What of a request the decoder looks at. */
export interface EncodedExport {
  readonly body: Uint8Array;
  readonly encoding: OtlpEncoding;
  /** The `content-encoding` header. */
  readonly contentEncoding?: string | undefined;
  /** Bytes after decompression at most. */
  readonly maxBodyBytes: number;
}

const ENCODINGS: Readonly<Record<string, OtlpEncoding>> = {
  'application/json': 'json',
  'application/x-protobuf': 'protobuf',
  'application/protobuf': 'protobuf',
};

const DECOMPRESSORS: Readonly<
  Record<string, (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
};

/**
 * The form that a content type names.
 *
 * @throws Refusal 415 for anything but OTLP's two media types
 */
export function encodingFromContentType(contentType: string | undefined): OtlpEncoding {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const encoding = Object.hasOwn(ENCODINGS, mediaType) ? ENCODINGS[mediaType] : undefined;
  if (encoding !== undefined) return encoding;
  const received = mediaType === '' ? 'no content type' : `"${mediaType.slice(0, 80)}"`;
  throw new HttpError(415, `Send application/json or application/x-protobuf, not ${received}.`);
}

/**
 * The spans of an export request.
 *
 * @throws Refusal 400 for what cannot be decoded, 413 for too much after decompression, 415 for an unknown compression
 */
export async function decodeExport(request: EncodedExport): Promise<Batch> {
  const body = await decompress(request);
  try {
    // An empty protobuf body is an empty request; empty JSON is a mistake.
    return request.encoding === 'protobuf'
      ? readSpans(body, 'otlp-protobuf')
      : readSpans(parseJson(body), 'otlp-json');
  } catch (error) {
    if (error instanceof ReadError) throw new HttpError(400, error.message);
    throw error;
  }
}

async function decompress({ body, contentEncoding, maxBodyBytes }: EncodedExport): Promise<Uint8Array> {
  const name = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  const decode = Object.hasOwn(DECOMPRESSORS, name) ? DECOMPRESSORS[name] : undefined;
  if (decode === undefined) {
    const headers = { 'accept-encoding': 'gzip, deflate' };
    throw new HttpError(415, `Compress with gzip or not at all, not with "${name.slice(0, 40)}".`, headers);
  }
  try {
    return await decode(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw bodyTooLargeError(maxBodyBytes);
    const detail = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, `The body is not ${name}: ${detail}.`);
  }
}

/** The refusal of a body over the limit. */
export function bodyTooLargeError(maxBodyBytes: number): HttpError {
  return new HttpError(
    413,
    `The body is larger than ${maxBodyBytes} bytes after decompression; send smaller batches.`,
  );
}

function parseJson(body: Uint8Array): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, `The body is not JSON: ${detail}.`);
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new HttpError(400, 'The body must be a JSON object.');
}
