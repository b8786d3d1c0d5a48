import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import {
  createExportResponse,
  createJsonResponse,
  createStatusResponse,
} from '../../../src/receiver/response.js';
import { protobufTypes } from '../../support/otlp-requests.js';

const responseType = protobufTypes.lookupType('ExportTraceServiceResponse');
const statusType = protobuf
  .parse('syntax = "proto3"; message Status { int32 code = 1; string message = 2; }')
  .root.lookupType('Status');
const asJson = (body: Uint8Array): unknown => JSON.parse(Buffer.from(body).toString());

describe('the response to an export', () => {
  test('is empty if every span was accepted', () => {
    const [json, bytes] = [createExportResponse('json'), createExportResponse('protobuf')];
    expect([json.contentType, asJson(json.body)]).toEqual(['application/json', {}]);
    expect([bytes.contentType, bytes.body.length]).toEqual(['application/x-protobuf', 0]);
  });

  test('holds rejected spans and a message, in both encodings', () => {
    const count = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(count, fc.string({ unit: 'grapheme', maxLength: 300 }), (rejectedSpans, errorMessage) => {
        fc.pre(rejectedSpans > 0 || errorMessage !== '');
        expect(asJson(createExportResponse('json', rejectedSpans, errorMessage).body)).toEqual({
          partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage },
        });
        const message = responseType.decode(
          createExportResponse('protobuf', rejectedSpans, errorMessage).body,
        );
        expect(responseType.toObject(message, { longs: Number, defaults: true })).toEqual({
          partialSuccess: { rejectedSpans, errorMessage },
        });
      }),
    );
  });
});

test('a status holds a message, in both encodings', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), text => {
      expect(asJson(createStatusResponse('json', text).body)).toEqual({ code: 3, message: text });
      const message = statusType.decode(createStatusResponse('protobuf', text).body);
      expect(statusType.toObject(message, { defaults: true })).toEqual({ code: 3, message: text });
    }),
  );
});

test('any value as JSON ends with a line feed', () => {
  const { contentType, body } = createJsonResponse({ a: [1, '注'] });
  expect([contentType, Buffer.from(body).toString()]).toEqual(['application/json', '{"a":[1,"注"]}\n']);
});
