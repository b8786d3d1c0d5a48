// Spans for the tests of reading: a request in OTLP JSON, and the same as protobuf by an independent encoder.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import type { FlatSpan } from '../../src/analysis/index.js';

export const fixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/otlp/${name}`, import.meta.url)), 'utf8');

export const messages = protobuf.parse(fixture('trace.proto'), { keepCase: false }).root;
const requestType = messages.lookupType('ExportTraceServiceRequest');

export const TRACE_ID = '5b8efff798038103d269b633813fc60c';

/** The span id that a small number stands for. */
export const id = (value: number): string => value.toString(16).padStart(16, '0');

/** A span with milliseconds for nanoseconds. */
export function flat(
  span: number,
  parent: number | undefined,
  startMs: number,
  endMs: number,
  rest: Partial<FlatSpan> = {},
): FlatSpan {
  return {
    traceId: TRACE_ID,
    spanId: id(span),
    ...(parent === undefined ? {} : { parentSpanId: id(parent) }),
    name: `span ${span}`,
    service: 'shop',
    kind: 'internal',
    startNs: BigInt(startMs) * 1_000_000n,
    endNs: BigInt(endMs) * 1_000_000n,
    status: { code: 'unset' },
    attributes: {},
    events: [],
    links: [],
    ...rest,
  };
}

type Json = Record<string, unknown>;

/** The request's bytes, by protobufjs. */
export function encode(request: object): Uint8Array {
  return requestType.encode(forProtobuf(request) as Json).finish();
}

/** OTLP JSON's own spellings turned into what protobufjs wants: ids, bytes and 64-bit integers. */
function forProtobuf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forProtobuf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as Json).map(([key, entry]) => [key, convert(key, entry)]));
}

function convert(key: string, value: unknown): unknown {
  if (typeof value === 'string') {
    if (/^(traceId|spanId|parentSpanId)$/.test(key)) return Buffer.from(value, 'hex');
    if (key === 'bytesValue') return Buffer.from(value, 'base64');
    if (/UnixNano$|^intValue$/.test(key)) {
      const bits = BigInt.asUintN(64, BigInt(value));
      return {
        low: Number(BigInt.asIntN(32, bits)),
        high: Number(BigInt.asIntN(32, bits >> 32n)),
        unsigned: false,
      };
    }
  }
  return forProtobuf(value);
}

const hex = (digits: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map(all => all.join(''))
    .filter(text => /[1-9a-f]/.test(text));
const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const text = fc.string({ unit: 'binary', maxLength: 60 });

const { value: anyValue } = fc.letrec<{ value: Json; pair: Json }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text.map(stringValue => ({ stringValue })),
    fc.boolean().map(boolValue => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(value => ({ intValue: String(value) })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(doubleValue => ({ doubleValue })),
    fc.uint8Array({ maxLength: 20 }).map(bytes => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 3 }).map(values => ({ arrayValue: { values } })),
    fc.array(tie('pair'), { maxLength: 3 }).map(values => ({ kvlistValue: { values } })),
    fc.constant({}),
  ),
  pair: fc.record({ key: fc.oneof(text, fc.constant('__proto__')), value: tie('value') }),
}));
const attributes = fc.array(
  fc.record({ key: fc.oneof(text, fc.constantFrom('__proto__', 'constructor')), value: anyValue }),
  { maxLength: 4 },
);

const span = fc.record(
  {
    traceId: fc.oneof(hex(32), fc.constant(TRACE_ID)),
    spanId: hex(16),
    parentSpanId: hex(16),
    name: text,
    kind: fc.integer({ min: 0, max: 7 }),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: fc.array(fc.record({ timeUnixNano: nanos, name: text, attributes }), { maxLength: 2 }),
    links: fc.array(fc.record({ traceId: hex(32), spanId: hex(16), attributes }), { maxLength: 2 }),
    status: fc.record({ code: fc.integer({ min: 0, max: 3 }), message: text }),
  },
  { requiredKeys: ['traceId', 'spanId'] },
);

/** Any export request, in OTLP JSON. */
export const request: fc.Arbitrary<Json> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({
        attributes: fc
          .tuple(attributes, text)
          .map(([more, name]) => [...more, { key: 'service.name', value: { stringValue: name } }]),
      }),
      scopeSpans: fc.array(fc.record({ spans: fc.array(span, { maxLength: 4 }) }), { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});
