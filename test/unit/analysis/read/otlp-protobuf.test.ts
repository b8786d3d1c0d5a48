import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Problem, ReadError, readTraces } from '../../../../src/analysis/index.js';
import { spanIdOf, TRACE_ID } from '../../../support/flat-spans.js';
import { anyRequest, encodeRequest, readOneSpan, requestWithSpan } from '../../../support/otlp-requests.js';

describe('OTLP protobuf', () => {
  test('the resource may come after its spans', () => {
    const spans = encodeRequest({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: spanIdOf(1) }] }] }],
    });
    const resource = encodeRequest({
      resourceSpans: [
        { resource: { attributes: [{ key: 'service.name', value: { stringValue: 'late' } }] } },
      ],
    });
    // Both are one field 1 with a length below 128: join their contents under one header.
    const content = [...spans.subarray(2), ...resource.subarray(2)];
    expect(readOneSpan(Uint8Array.from([0x0a, content.length, ...content])).service).toBe('late');
  });

  test('bytes of an attribute do not keep the request in memory', () => {
    const bytes = encodeRequest(
      requestWithSpan({ attributes: [{ key: 'k', value: { bytesValue: 'AQID' } }] }),
    );
    const value = readOneSpan(Buffer.from(bytes)).attributes['k'];
    expect(value).toEqual(Uint8Array.of(1, 2, 3));
    expect((value as Uint8Array).buffer.byteLength).toBe(3);
  });

  test('JSON and protobuf of the same spans give the same traces', () => {
    fc.assert(
      fc.property(anyRequest, json => {
        const problems: string[] = [];
        const onProblem = ({ code }: Problem): void => void problems.push(code);
        const fromJson = readTraces(json, { format: 'otlp-json', onProblem });
        const fromProtobuf = readTraces(encodeRequest(json), { format: 'otlp-protobuf', onProblem });
        expect(fromProtobuf).toEqual(fromJson);
        expect(problems).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('any bytes are read or refused with a ReadError', () => {
    const random = fc.uint8Array({ maxLength: 300 });
    const mutated = fc
      .tuple(anyRequest, fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([json, at, byte]) => {
        const bytes = Uint8Array.from(encodeRequest(json));
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      });
    fc.assert(
      fc.property(
        fc.oneof(random, mutated),
        fc.constantFrom(undefined, 'otlp-protobuf' as const),
        (bytes, format) => {
          try {
            readTraces(bytes, format === undefined ? {} : { format });
          } catch (error) {
            expect(error).toBeInstanceOf(ReadError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
