import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeExport, parseContentType } from '../../../src/receiver/decode-export.js';
import type { HttpError } from '../../../src/receiver/http-error.js';
import { encodeRequest, requestWithSpan } from '../../support/otlp-requests.js';

const json = Buffer.from(JSON.stringify(requestWithSpan({ name: 'orders' })));
const rejection = (decoding: Promise<unknown>): Promise<HttpError> =>
  decoding.then(
    () => {
      throw new Error('nothing was rejected');
    },
    (error: HttpError) => error,
  );

describe('the encoding', () => {
  test.each([
    ['application/json', 'json'],
    ['application/json; charset=utf-8', 'json'],
    [' APPLICATION/JSON ', 'json'],
    ['application/x-protobuf', 'protobuf'],
    ['application/protobuf', 'protobuf'],
  ])('of %s is %s', (contentType, expected) => {
    expect(parseContentType(contentType)).toBe(expected);
  });

  test.each([undefined, '', 'text/plain', 'constructor', '__proto__'])('of %s: status 415', contentType => {
    expect(() => parseContentType(contentType)).toThrow(expect.objectContaining({ status: 415 }) as Error);
  });
});

describe('decoding', () => {
  test.each<[string | undefined, Uint8Array]>([
    [undefined, json],
    ['', json],
    ['identity', json],
    ['gzip', gzipSync(json)],
    [' GZIP ', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
  ])('reads JSON with the content encoding %s', async (contentEncoding, body) => {
    const { spans } = await decodeExport({ body, encoding: 'json', contentEncoding, maxBodyBytes: 10_000 });
    expect(spans).toMatchObject([{ name: 'orders' }]);
  });

  test('reads protobuf', async () => {
    const body = encodeRequest(requestWithSpan({ name: 'orders' }));
    const { spans } = await decodeExport({ body, encoding: 'protobuf', maxBodyBytes: 10_000 });
    expect(spans).toMatchObject([{ name: 'orders' }]);
  });

  test.each(['br', 'zstd', 'constructor'])(
    '%s: status 415 with the accepted encodings',
    async contentEncoding => {
      const request = { body: json, encoding: 'json', contentEncoding, maxBodyBytes: 10_000 } as const;
      expect(await rejection(decodeExport(request))).toMatchObject({
        status: 415,
        headers: { 'accept-encoding': 'gzip, deflate' },
      });
    },
  );

  test('a body that exceeds the limit after decompression: status 413', async () => {
    const body = gzipSync(' '.repeat(1_000));
    const request = { body, encoding: 'json', contentEncoding: 'gzip', maxBodyBytes: 999 } as const;
    expect(await rejection(decodeExport(request))).toMatchObject({ status: 413 });
  });
});
