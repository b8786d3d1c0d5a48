// Decodes the body of an export request to spans: content type, content encoding, format.
// Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request

import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { type Batch, ReadError, readSpans } from '../analysis/index.js';
import { createBodyTooLargeError, HttpError } from './http-error.js';

/** The two encodings of OTLP over HTTP. A response has the encoding of its request. */
export type OtlpEncoding = 'json' | 'protobuf';

/** The parts of a request that the decoder needs. */
export interface EncodedExport {
  readonly body: Uint8Array;
  readonly encoding: OtlpEncoding;
  /** The `content-encoding` header. */
  readonly contentEncoding?: string | undefined;
  /** The limit of the body after decompression. */
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
 * Returns the encoding that a content type names.
 *
 * @throws HttpError 415 for any other media type than OTLP's two
 */
export function parseContentType(contentType: string | undefined): OtlpEncoding {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const encoding = Object.hasOwn(ENCODINGS, mediaType) ? ENCODINGS[mediaType] : undefined;
  if (encoding !== undefined) return encoding;
  const received = mediaType === '' ? 'no content type' : `"${mediaType.slice(0, 80)}"`;
  throw new HttpError(415, `Send application/json or application/x-protobuf, not ${received}.`);
}

/**
 * Decodes an export request.
 *
 * @throws HttpError 400 if it is malformed, 413 if it is too large after decompression, 415 for an unknown compression
 */
export async function decodeExport(request: EncodedExport): Promise<Batch> {
  const body = await decompress(request);
  try {
    // An empty protobuf body is an empty request. An empty JSON body is malformed.
    return request.encoding === 'protobuf'
      ? readSpans(body, 'otlp-protobuf')
      : readSpans(parseJson(body), 'otlp-json');
  } catch (error) {
    if (error instanceof ReadError) throw new HttpError(400, error.message);
    throw error;
  }
}

async function decompress({ body, contentEncoding, maxBodyBytes }: EncodedExport): Promise<Uint8Array> {
  const compression = (contentEncoding ?? 'identity').trim().toLowerCase();
  if (compression === 'identity' || compression === '') return body;
  const decompressor = Object.hasOwn(DECOMPRESSORS, compression) ? DECOMPRESSORS[compression] : undefined;
  if (decompressor === undefined) {
    const headers = { 'accept-encoding': 'gzip, deflate' };
    const message = `Send the body compressed with gzip or uncompressed, not as "${compression.slice(0, 40)}".`;
    throw new HttpError(415, message, headers);
  }
  try {
    return await decompressor(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw createBodyTooLargeError(maxBodyBytes);
    const detail = error instanceof Error ? error.message : String(error);
    throw new HttpError(400, `The body is not ${compression}: ${detail}.`);
  }
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
