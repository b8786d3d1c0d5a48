import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSpans } from '../../../support/encode-spans.js';
import { anySpan, decodeRequest, makeSpan, scope } from '../../../support/spans.js';

describe('writeSpan', () => {
  it("writes the message of OpenTelemetry's serializer, for any span", () => {
    fc.assert(
      fc.property(anySpan, span => {
        const theirs = ProtobufTraceSerializer.serializeRequest([span])!;
        expect(decodeRequest(encodeSpans([span]))).toEqual(decodeRequest(theirs));
      }),
      { numRuns: 600 },
    );
  });

  it('groups spans by resource and scope like OpenTelemetry', () => {
    const other = { name: 'http', version: '2', schemaUrl: 'https://example.test/1', attributes: { a: 1 } };
    const anonymous = { name: '' };
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anySpan, fc.constantFrom(scope, other, anonymous)), {
          minLength: 1,
          maxLength: 12,
        }),
        pairs => {
          const spans = pairs.map(([span, instrumentationScope]) => ({ ...span, instrumentationScope }));
          const theirs = ProtobufTraceSerializer.serializeRequest(spans)!;
          expect(decodeRequest(encodeSpans(spans))).toEqual(decodeRequest(theirs));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is correct at each length at which a length prefix grows by a byte', () => {
    for (const size of [
      35, 36, 37, 39, 40, 41, 42, 109, 110, 111, 112, 122, 126, 127, 128, 16_370, 16_383, 16_384, 70_000,
      2_097_152,
    ]) {
      for (const unit of ['a', 'ä', '€']) {
        const span = makeSpan({ name: unit.repeat(size), attributes: { [unit]: unit.repeat(size) } });
        const theirs = ProtobufTraceSerializer.serializeRequest([span])!;
        expect(decodeRequest(encodeSpans([span]))).toEqual(decodeRequest(theirs));
      }
    }
  });

  it('is correct for short keys and values, for any number and any position of a character that is not ASCII', () => {
    const numbers = [-0, 0, 1, 127, 128, 200, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 0.5];
    const texts = [0, 1, 35, 36, 37, 60].flatMap(size =>
      ['', 'ä', '€', '😀', '\ud800'].flatMap(odd => [odd + 'a'.repeat(size), 'a'.repeat(size) + odd]),
    );
    for (const key of ['k', 'ä', 'k'.repeat(60), 'k'.repeat(113), 'k'.repeat(122), 'k'.repeat(130)]) {
      for (const value of [...numbers, true, false, ...texts]) {
        const span = makeSpan({ attributes: { [key]: value } });
        const theirs = ProtobufTraceSerializer.serializeRequest([span])!;
        expect(decodeRequest(encodeSpans([span])), JSON.stringify({ key, value })).toEqual(
          decodeRequest(theirs),
        );
      }
    }
  });

  it('does not throw for cyclic attributes', () => {
    const cyclic: Record<string, unknown> = { name: 'a' };
    cyclic.self = cyclic;
    expect(() => decodeRequest(encodeSpans([makeSpan({ attributes: { cyclic } as never })]))).not.toThrow();
  });
});
