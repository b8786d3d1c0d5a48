import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { toOtlpJson } from '../../../../src/delivery/otlp/to-otlp-json.js';
import { encodeSpans } from '../../../support/encode-spans.js';
import { anySpan, makeSpan, scope } from '../../../support/spans.js';

const toOwnJson = (spans: readonly ReadableSpan[]): unknown =>
  JSON.parse(toOtlpJson(encodeSpans(spans))!.toString());
const toOtelJson = (spans: readonly ReadableSpan[]): unknown =>
  JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest([...spans])!).toString());

const isDefault = (value: unknown): boolean =>
  value === 0 || value === '' || value === null || (Array.isArray(value) && value.length === 0);
const wellFormed = (text: string): string => Buffer.from(text).toString();

/**
 * Removes the differences that do not change the meaning:
 *
 * - proto3 defaults may be left out, except in an AnyValue, where the field is the type of the value
 * - integers in values: strings in our JSON, as the proto3 mapping requires; numbers in theirs
 * - integers beyond 64 bits: doubles in our JSON, as in both protobufs; integers in theirs
 * - NaN and infinities: by name in our JSON; null in theirs, because of JSON.stringify
 * - half of a surrogate pair: U+FFFD in our JSON, as in any UTF-8; escaped in theirs
 * - the schema URL: also in the resource in their JSON, where the definitions have none
 */
function normalize(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    if (name === 'intValue') {
      const int = BigInt(field as string | number);
      return int === BigInt.asIntN(64, int) ? [[name, String(int)]] : [['doubleValue', Number(int)]];
    }
    if (name === 'doubleValue') return [[name, typeof field === 'number' ? field : null]];
    if (name.endsWith('Value')) return [[name, normalize(field)]];
    if (name === 'resource') return [[name, normalize({ ...(field as object), schemaUrl: '' })]];
    return isDefault(field) ? [] : [[name, normalize(field)]];
  });
  return Object.fromEntries(fields);
}

describe('toOtlpJson', () => {
  it("has the meaning of the JSON of OpenTelemetry's serializer, for any span", () => {
    fc.assert(
      fc.property(anySpan, span => {
        expect(normalize(toOwnJson([span]))).toEqual(normalize(toOtelJson([span])));
      }),
      { numRuns: 600 },
    );
  });

  it('groups spans by resource and scope', () => {
    const other = { name: 'http', version: '2', schemaUrl: 'https://example.test/1', attributes: { a: 1 } };
    const pairs = fc.array(fc.tuple(anySpan, fc.constantFrom(scope, other)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pairs, entries => {
        const spans = entries.map(([span, instrumentationScope]) => ({ ...span, instrumentationScope }));
        expect(normalize(toOwnJson(spans))).toEqual(normalize(toOtelJson(spans)));
      }),
      { numRuns: 60 },
    );
  });

  it('writes each kind of value in the form of OTLP JSON', () => {
    const attributes = {
      text: '"\\\b\f\n\r\t\u0001\u001f\u2028é€😀',
      int: -5,
      big: 2 ** 53 + 2,
      least: -(2 ** 63),
      double: 1e300 + 0.5,
      tiny: 5e-324,
      nan: Number.NaN,
      more: Number.POSITIVE_INFINITY,
      less: Number.NEGATIVE_INFINITY,
      yes: true,
      no: false,
      bytes: new Uint8Array([251, 255, 1]),
      list: ['a', 1],
      map: { inner: { deep: 1.5 } },
      nothing: null,
    };
    const text = toOtlpJson(encodeSpans([makeSpan({ attributes: attributes as never })]))!.toString();
    expect(text).not.toContain('\n');
    const [span] = JSON.parse(text).resourceSpans[0].scopeSpans[0].spans;
    expect(span).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      kind: 1,
      startTimeUnixNano: '1763676000123456789',
      flags: 0x101,
    });
    const values = Object.fromEntries(
      span.attributes.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
    );
    expect(values).toEqual({
      text: { stringValue: attributes.text },
      int: { intValue: '-5' },
      big: { intValue: '9007199254740994' },
      least: { intValue: '-9223372036854775808' },
      double: { doubleValue: 1e300 },
      tiny: { doubleValue: 5e-324 },
      nan: { doubleValue: 'NaN' },
      more: { doubleValue: 'Infinity' },
      less: { doubleValue: '-Infinity' },
      yes: { boolValue: true },
      no: { boolValue: false },
      bytes: { bytesValue: '+/8B' },
      list: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } },
      map: {
        kvlistValue: {
          values: [
            {
              key: 'inner',
              value: { kvlistValue: { values: [{ key: 'deep', value: { doubleValue: 1.5 } }] } },
            },
          ],
        },
      },
      nothing: {},
    });
  });

  it.each([
    [-0, '-0'],
    [-1, '-1'],
    [0, '0'],
    [0.25, '0.25'],
  ])('writes the double %d of another encoder as %s', (value, expected) => {
    const bytes = Buffer.from(encodeSpans([makeSpan({ attributes: { double: 0.5 } })]));
    const encoded = Buffer.alloc(9, 0x21);
    encoded.writeDoubleLE(0.5, 1);
    bytes.writeDoubleLE(value, bytes.indexOf(encoded) + 1);
    expect(toOtlpJson(bytes)!.toString()).toContain(`{"doubleValue":${expected}}`);
  });

  it('is read by the analysis like the protobuf', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 5 }), spans => {
        const bytes = encodeSpans(spans);
        const line = toOtlpJson(bytes, '\n')!.toString();
        const options = { onProblem: () => undefined };
        expect(readTraces(line, options)).toEqual(readTraces(bytes, options));
      }),
      { numRuns: 100 },
    );
  });

  it('appends the given end', () => {
    expect(toOtlpJson(encodeSpans([makeSpan()]), '\n')!.toString()).toMatch(/\]\}\n$/);
  });
});

describe('toOtlpJson of other bytes', () => {
  const request = encodeSpans([
    makeSpan({ attributes: { a: 'b', n: 1 }, events: [{ name: 'e', time: [1, 2] }] }),
  ]);

  it('never throws, and returns JSON or undefined', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc
        .tuple(fc.nat(request.length - 1), fc.nat(255))
        .map(([at, value]) => Uint8Array.from(request, (byte, i) => (i === at ? value : byte))),
      fc.nat(request.length).map(end => request.subarray(0, end)),
    );
    fc.assert(
      fc.property(bytes, input => {
        const text = toOtlpJson(input)?.toString();
        if (text !== undefined) expect(() => JSON.parse(text)).not.toThrow();
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['cut off', [0x0a, 0x05, 0x00]],
    ['a list that continues after another field', [0x0a, 0x06, 0x12, 0, 0x1a, 0, 0x12, 0]],
    ['a field that appears twice', [0x0a, 0x04, 0x1a, 0, 0x1a, 0]],
    ['a group', [0x0b, 0x0c]],
    ['a varint without an end', [0x0a, ...Array.from({ length: 12 }, () => 0xff)]],
  ])('returns undefined for %s', (_, bytes) => {
    expect(toOtlpJson(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('returns undefined for messages that are nested too deeply', () => {
    let nested = Uint8Array.of();
    const enclose = (tag: number, content: Uint8Array): Uint8Array => {
      const size = content.length;
      return Uint8Array.of(tag, (size & 0x7f) | 0x80, size >> 7, ...content);
    };
    for (let i = 0; i < 200; i++) nested = enclose(0x2a, enclose(0x0a, nested)) as typeof nested;
    const span = enclose(0x4a, enclose(0x12, nested));
    expect(toOtlpJson(enclose(0x0a, enclose(0x12, enclose(0x12, span))))).toBeUndefined();
  });

  it('replaces bytes that are not UTF-8, and keeps the rest', () => {
    const at = Buffer.from(request).indexOf('processOrder');
    const broken = Uint8Array.from(request);
    broken[at] = 0xff;
    expect(JSON.parse(toOtlpJson(broken)!.toString()).resourceSpans[0].scopeSpans[0].spans[0].name).toBe(
      '\ufffdrocessOrder',
    );
  });

  it('skips unknown fields', () => {
    expect(toOtlpJson(Uint8Array.of(0x0a, 0x02, 0x7a, 0x00, 0x78, 0x01))!.toString()).toBe(
      '{"resourceSpans":[{}]}',
    );
  });
});
