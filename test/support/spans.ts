// Ended spans: a plain one with any changes, and an arbitrary that generates spans of any shape.

import { fileURLToPath } from 'node:url';
import { SpanKind, SpanStatusCode, TraceFlags, createTraceState } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import * as fc from 'fast-check';
import protobuf from 'protobufjs';

const proto = protobuf.loadSync(fileURLToPath(new URL('../fixtures/otlp/trace.proto', import.meta.url)));
const requestType = proto.lookupType('ExportTraceServiceRequest');
const responseType = proto.lookupType('ExportTraceServiceResponse');

/** Decodes a request with protobufjs, with defaults filled in. */
export function decodeRequest(bytes: Uint8Array): unknown {
  return requestType.toObject(requestType.decode(bytes), {
    longs: String,
    bytes: String,
    defaults: true,
    arrays: true,
    objects: true,
    oneofs: true,
  });
}

/** Encodes a partial success like a backend. */
export function encodePartialSuccess(rejectedSpans: number, errorMessage: string): Uint8Array {
  return responseType
    .encode(responseType.create({ partialSuccess: { rejectedSpans, errorMessage } }))
    .finish();
}

export const resource = resourceFromAttributes(
  { 'service.name': 'orders', 'process.pid': 4711 },
  { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' },
);
export const scope = { name: '@do/trace', version: '0.1.0' };

/** Creates an ended span with the given fields. */
export function makeSpan(
  parts: Partial<ReadableSpan> & { readonly context?: SpanContext } = {},
): ReadableSpan {
  const { context, ...rest } = parts;
  const own = context ?? {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  return {
    name: 'processOrder',
    kind: SpanKind.INTERNAL,
    spanContext: () => own,
    startTime: [1_763_676_000, 123_456_789],
    endTime: [1_763_676_000, 223_456_789],
    status: { code: SpanStatusCode.UNSET },
    attributes: {},
    links: [],
    events: [],
    duration: [0, 100_000_000],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...rest,
  };
}

const hexId = (size: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: size, maxLength: size }).map(bytes => Buffer.from(bytes).toString('hex'));

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '',
    '\ud800',
    'a\udc00b',
    'x'.repeat(127),
    'x'.repeat(128),
    'ü'.repeat(64),
    '\u20ac'.repeat(6_000),
  ),
  fc.string({ minLength: 100, maxLength: 400 }),
);

const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(
    0,
    -0,
    -1,
    2 ** 31,
    2 ** 32,
    -(2 ** 32),
    2 ** 53,
    2 ** 62,
    2 ** 63,
    -(2 ** 63),
    -(2 ** 63) - 2048,
    1e300,
  ),
);

const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    number,
    fc.boolean(),
    fc.constantFrom(null, undefined, 10n, () => 1),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

const attributes = fc
  .oneof(fc.dictionary(text, value, { maxKeys: 8 }), fc.constant({}))
  .map(record => record as ReadableSpan['attributes']);

const traceState = fc.constantFrom(undefined, '', 'a=1', 'vendor=x,ot=th:c', `k=${'v'.repeat(200)}`);

const context: fc.Arbitrary<SpanContext> = fc
  .record({
    traceId: hexId(16),
    spanId: hexId(8),
    traceFlags: fc.integer({ min: 0, max: 511 }),
    remote: fc.constantFrom(true, false, undefined),
    state: traceState,
  })
  .map(({ remote, state, ...ids }) => ({
    ...ids,
    ...(remote === undefined ? {} : { isRemote: remote }),
    ...(state === undefined ? {} : { traceState: createTraceState(state) }),
  }));

const time = fc.oneof(
  fc.tuple(fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 })),
  fc.constantFrom<[number, number]>(
    [0, 0],
    [0, 1],
    [18_446_744_073, 709_551_615],
    [4_294_967_296, 999_999_999],
    [65_536, 0],
  ),
) as fc.Arbitrary<[number, number]>;

const count = fc.constantFrom(0, 0, 1, 127, 128, 70_000, 2 ** 32 - 1);

/** An ended span of any shape. */
export const anySpan: fc.Arbitrary<ReadableSpan> = fc
  .record({
    context,
    parentSpanContext: fc.option(context, { nil: undefined }),
    name: text,
    kind: fc.constantFrom(0, 1, 2, 3, 4),
    startTime: time,
    endTime: time,
    status: fc.record({ code: fc.constantFrom(0, 1, 2), message: fc.option(text, { nil: undefined }) }),
    attributes,
    events: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.array(
          fc.record({
            name: text,
            time,
            attributes: fc.option(attributes, { nil: undefined }),
            droppedAttributesCount: fc.option(count, { nil: undefined }),
          }),
          { maxLength: 3 },
        ),
      },
      {
        weight: 1,
        arbitrary: fc.constant(
          Array.from({ length: 128 }, (_, i) => ({ name: `event ${i}`, time: [i, i] as [number, number] })),
        ),
      },
    ),
    links: fc.array(
      fc.record({
        context,
        attributes: fc.option(attributes, { nil: undefined }),
        droppedAttributesCount: fc.option(count, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  })
  .map(parts => makeSpan(parts as Parameters<typeof makeSpan>[0]));
