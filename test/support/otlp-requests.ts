// OTLP export requests: as JSON, and the same as protobuf by an independent encoder.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import protobuf from 'protobufjs';
import { ReadError, readTraces, type SpanNode } from '../../src/analysis/index.js';
import { spanIdOf, TRACE_ID } from './flat-spans.js';

export const readFixture = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../fixtures/otlp/${name}`, import.meta.url)), 'utf8');

export const protobufTypes = protobuf.parse(readFixture('trace.proto'), { keepCase: false }).root;
const requestType = protobufTypes.lookupType('ExportTraceServiceRequest');

type Json = Record<string, unknown>;

/** Encodes a request in OTLP JSON as protobuf, by protobufjs. */
export function encodeRequest(request: object): Uint8Array {
  return requestType.encode(forProtobuf(request) as Json).finish();
}

/** Converts the values that protobufjs expects in another form than OTLP JSON: ids, bytes and 64-bit integers. */
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

/** An export request in OTLP JSON with one span. */
export const requestWithSpan = (span: object, resource: object = {}): object => ({
  resourceSpans: [
    { resource, scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: spanIdOf(1), ...span }] }] },
  ],
});

/** Reads the first span of an input. */
export function readOneSpan(input: string | Uint8Array | object): SpanNode {
  const span = readTraces(input)[0]?.spans[0];
  if (span === undefined) throw new Error('no span was read');
  return span;
}

/** Reads the value of one attribute in OTLP JSON. */
export const readAttribute = (value: object): unknown =>
  readOneSpan(requestWithSpan({ attributes: [{ key: 'k', value }] })).attributes['k'];

/** Returns the error of a function that throws `ReadError`. */
export function readErrorOf(read: () => unknown): ReadError {
  try {
    read();
  } catch (error) {
    if (error instanceof ReadError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Any export request, in OTLP JSON. */
export const anyRequest: fc.Arbitrary<Json> = fc.record({
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
