import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import type { Batch } from '../../../../src/delivery/batch/batch.js';
import { SpanBatcher } from '../../../../src/delivery/batch/span-batcher.js';
import { toOtlpJson } from '../../../../src/delivery/otlp/to-otlp-json.js';
import { anySpan, makeSpan, resource, scope } from '../../../support/spans.js';

const idle = { after: () => () => undefined };

function encode(spans: readonly ReadableSpan[]): Uint8Array {
  const chunks: Batch[] = [];
  const collector = new SpanBatcher({
    maxBatchBytes: 1 << 30,
    intervalMs: 1_000,
    resource,
    timers: idle,
    onBatch: chunk => chunks.push(chunk),
  });
  for (const span of spans) expect(collector.add(span)).toBe('added');
  collector.close();
  return chunks[0]!.bytes;
}

const ours = (spans: readonly ReadableSpan[]): unknown => JSON.parse(toOtlpJson(encode(spans))!.toString());
const theirs = (spans: readonly ReadableSpan[]): unknown =>
  JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest([...spans])!).toString());

const isDefault = (value: unknown): boolean =>
  value === 0 || value === '' || value === null || (Array.isArray(value) && value.length === 0);
const wellFormed = (text: string): string => Buffer.from(text).toString();

/**
 * The same for both, where they may differ and mean the same:
 *
 * - proto3 defaults may be left out, except in an AnyValue, where the field says what kind the value has
 * - integers in values: strings with us, as the proto3 mapping says; numbers with them
 * - integers beyond 64 bits: doubles with us, as in both protobufs; integers with them
 * - NaN and infinities: by name with us; null with them, since JSON.stringify writes them so
 * - half of a surrogate pair: U+FFFD with us, as in any UTF-8; escaped with them
 * - the schema URL stands in the resource, too, with them: the definitions know none there
 */
function normal(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).flatMap(([name, field]): [string, unknown][] => {
    if (name === 'intValue') {
      const int = BigInt(field as string | number);
      return int === BigInt.asIntN(64, int) ? [[name, String(int)]] : [['doubleValue', Number(int)]];
    }
    if (name === 'doubleValue') return [[name, typeof field === 'number' ? field : null]];
    if (name.endsWith('Value')) return [[name, normal(field)]];
    if (name === 'resource') return [[name, normal({ ...(field as object), schemaUrl: '' })]];
    return isDefault(field) ? [] : [[name, normal(field)]];
  });
  return Object.fromEntries(fields);
}

describe('the JSON of a request', () => {
  it("means what OpenTelemetry's serializer writes, whatever the shape of the span", () => {
    fc.assert(
      fc.property(anySpan, span => {
        expect(normal(ours([span]))).toEqual(normal(theirs([span])));
      }),
      { numRuns: 600 },
    );
  });

  it('keeps spans apart by resource and scope', () => {
    const other = { name: 'http', version: '2', schemaUrl: 'https://example.test/1', attributes: { a: 1 } };
    const pairs = fc.array(fc.tuple(anySpan, fc.constantFrom(scope, other)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(pairs, entries => {
        const spans = entries.map(([span, instrumentationScope]) => ({ ...span, instrumentationScope }));
        expect(normal(ours(spans))).toEqual(normal(theirs(spans)));
      }),
      { numRuns: 60 },
    );
  });

  it('is written in the forms of OTLP', () => {
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
    const text = toOtlpJson(encode([makeSpan({ attributes: attributes as never })]))!.toString();
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

  it('is read by the analysis as the protobuf is', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 5 }), spans => {
        const bytes = encode(spans);
        const line = toOtlpJson(bytes, '\n')!.toString();
        const options = { onProblem: () => undefined };
        expect(readTraces(line, options)).toEqual(readTraces(bytes, options));
      }),
      { numRuns: 100 },
    );
  });

  it('ends with what it is told to end with', () => {
    expect(toOtlpJson(encode([makeSpan()]), '\n')!.toString()).toMatch(/\]\}\n$/);
  });
});

describe('bytes that are no request of ours', () => {
  const request = encode([makeSpan({ attributes: { a: 'b', n: 1 }, events: [{ name: 'e', time: [1, 2] }] })]);

  it('never throw, and what comes out of them is JSON', () => {
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
    ['a list that goes on after another field', [0x0a, 0x06, 0x12, 0, 0x1a, 0, 0x12, 0]],
    ['a field that stands twice', [0x0a, 0x04, 0x1a, 0, 0x1a, 0]],
    ['a group', [0x0b, 0x0c]],
    ['a varint without an end', [0x0a, ...Array.from({ length: 12 }, () => 0xff)]],
  ])('are refused: %s', (_, bytes) => {
    expect(toOtlpJson(Uint8Array.from(bytes))).toBeUndefined();
  });

  it('are refused where they are nested without end', () => {
    let nested = Uint8Array.of();
    const within = (tag: number, content: Uint8Array): Uint8Array => {
      const size = content.length;
      return Uint8Array.of(tag, (size & 0x7f) | 0x80, size >> 7, ...content);
    };
    for (let i = 0; i < 200; i++) nested = within(0x2a, within(0x0a, nested)) as typeof nested;
    const span = within(0x4a, within(0x12, nested));
    expect(toOtlpJson(within(0x0a, within(0x12, within(0x12, span))))).toBeUndefined();
  });

  it('lose what is not UTF-8, and nothing else', () => {
    const at = Buffer.from(request).indexOf('processOrder');
    const broken = Uint8Array.from(request);
    broken[at] = 0xff;
    expect(JSON.parse(toOtlpJson(broken)!.toString()).resourceSpans[0].scopeSpans[0].spans[0].name).toBe(
      '\ufffdrocessOrder',
    );
  });

  it('may hold fields that are not known here', () => {
    expect(toOtlpJson(Uint8Array.of(0x0a, 0x02, 0x7a, 0x00, 0x78, 0x01))!.toString()).toBe(
      '{"resourceSpans":[{}]}',
    );
  });
});
