import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Problem, ReadError, readTraces } from '../../../../src/analysis/index.js';
import { encode, fixture, id, request, TRACE_ID } from '../../../support/otlp-requests.js';

const official = fixture('official-example-trace.json');

const withSpan = (span: object, resource: object = {}): object => ({
  resourceSpans: [{ resource, scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: id(1), ...span }] }] }],
});
const only = (input: string | Uint8Array | object) => {
  const span = readTraces(input)[0]?.spans[0];
  if (span === undefined) throw new Error('no span was read');
  return span;
};
const attribute = (value: object): unknown =>
  only(withSpan({ attributes: [{ key: 'k', value }] })).attributes['k'];
const failure = (read: () => unknown): ReadError => {
  try {
    read();
  } catch (error) {
    if (error instanceof ReadError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('the official example', () => {
  test.each<[string, string | Uint8Array | object]>([
    ['text', official],
    ['bytes of text', Buffer.from(official)],
    ['text with a byte order mark', `\uFEFF${official}`],
    ['a JSON line', JSON.stringify(JSON.parse(official))],
    ['a parsed value', JSON.parse(official) as object],
    ['protobuf', encode(JSON.parse(official) as object)],
  ])('reads the same as %s', (_, input) => {
    const [trace, ...others] = readTraces(input);
    expect(others).toEqual([]);
    expect(trace).toMatchObject({
      traceId: TRACE_ID,
      epochNs: 1_544_712_660_000_000_000n,
      services: ['my.service'],
      problems: [{ code: 'missing_parent', spanId: 'eee19b7ec3c1b174' }],
    });
    expect(trace?.roots).toEqual([
      {
        spanId: 'eee19b7ec3c1b174',
        parentSpanId: 'eee19b7ec3c1b173',
        name: "I'm a server span",
        service: 'my.service',
        kind: 'server',
        start: 0,
        end: 1_000_000_000,
        status: { code: 'unset' },
        attributes: { 'my.span.attr': 'some value' },
        events: [],
        links: [],
        children: [],
      },
    ]);
  });
});

describe('OTLP JSON', () => {
  test('ids are hex of any case', () => {
    const trace = readTraces(withSpan({ traceId: TRACE_ID.toUpperCase(), spanId: 'ABCDEF0123456789' }))[0];
    expect([trace?.traceId, trace?.spans[0]?.spanId]).toEqual([TRACE_ID, 'abcdef0123456789']);
  });

  test('enums are integers, or their names', () => {
    expect(only(withSpan({ kind: 3, status: { code: 2, message: 'no' } }))).toMatchObject({
      kind: 'client',
      status: { code: 'error', message: 'no' },
    });
    expect(only(withSpan({ kind: 'SPAN_KIND_CONSUMER', status: { code: 'STATUS_CODE_OK' } }))).toMatchObject({
      kind: 'consumer',
      status: { code: 'ok' },
    });
    expect(only(withSpan({ kind: 99, status: { code: 99 } }))).toMatchObject({
      kind: 'internal',
      status: { code: 'unset' },
    });
  });

  test('64-bit integers are strings or numbers', () => {
    const times = { startTimeUnixNano: 1_544_712_660_000_000_000, endTimeUnixNano: '1544712660000000007' };
    expect(only(withSpan(times)).end).toBe(7);
    expect(attribute({ intValue: '42' })).toBe(42);
    expect(attribute({ intValue: -42 })).toBe(-42);
    expect(attribute({ intValue: '9223372036854775807' })).toBe(9_223_372_036_854_775_807n);
  });

  test('every kind of attribute value is read', () => {
    expect(attribute({ stringValue: '' })).toBe('');
    expect(attribute({ boolValue: false })).toBe(false);
    expect(attribute({ doubleValue: 1.5 })).toBe(1.5);
    expect(attribute({ doubleValue: 'NaN' })).toBeNaN();
    expect(attribute({ doubleValue: '-Infinity' })).toBe(-Infinity);
    expect(attribute({ bytesValue: 'AQID' })).toEqual(Uint8Array.of(1, 2, 3));
    expect(attribute({ bytesValue: '-_8' })).toEqual(Uint8Array.of(0xfb, 0xff));
    expect(attribute({})).toBeNull();
    const nested = {
      arrayValue: {
        values: [{ intValue: 1 }, { kvlistValue: { values: [{ key: 'a', value: { arrayValue: {} } }] } }],
      },
    };
    expect(attribute(nested)).toEqual([1, { a: [] }]);
  });

  test('unknown fields are ignored and null is a field that is not set', () => {
    const span = {
      name: null,
      attributes: null,
      kind: null,
      status: null,
      flags: 257,
      newField: [{ deep: 1 }],
    };
    expect(only(withSpan(span, { unknown: 1 }))).toMatchObject({
      name: '',
      kind: 'internal',
      service: 'unknown_service',
    });
  });

  test('an attribute called __proto__ stays an attribute', () => {
    const { attributes } = only(
      withSpan({ attributes: [{ key: '__proto__', value: { stringValue: 'x' } }] }),
    );
    expect(Object.entries(attributes)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  });

  test.each<[string, object]>([
    ['a name that is a number', { name: 5 }],
    ['spans times that are fractions', { startTimeUnixNano: 1.5 }],
    ['times below zero', { endTimeUnixNano: '-1' }],
    ['times over 64 bits', { endTimeUnixNano: '18446744073709551616' }],
    ['attributes that are an object', { attributes: {} }],
    ['an attribute value that is a string', { attributes: [{ key: 'a', value: 'b' }] }],
    ['an integer that is text', { attributes: [{ key: 'a', value: { intValue: '1e3' } }] }],
    ['bytes that are not base64', { attributes: [{ key: 'a', value: { bytesValue: '*' } }] }],
    ['a trace id that is a number', { traceId: 1 }],
  ])('%s: malformed', (_, span) => {
    expect(failure(() => readTraces(withSpan(span)))).toMatchObject({
      code: 'malformed',
      format: 'otlp-json',
    });
  });

  test('values nested without end are refused, not overflowed on', () => {
    let value: object = { intValue: 1 };
    for (let depth = 0; depth < 100_000; depth++) value = { arrayValue: { values: [value] } };
    expect(failure(() => attribute(value)).code).toBe('malformed');
  });
});

describe('spans without valid ids', () => {
  test.each<[string, object]>([
    ['a short trace id', { traceId: 'abc' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id that is not hex', { spanId: 'g'.repeat(16) }],
    ['no span id', { spanId: '' }],
  ])('%s: left out and said', (_, span) => {
    const problems: Problem[] = [];
    expect(readTraces(withSpan(span), { onProblem: problem => problems.push(problem) })).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['invalid_span']);
  });

  test('a parent id of zeros is no parent', () => {
    expect(only(withSpan({ parentSpanId: '0'.repeat(16) })).parentSpanId).toBeUndefined();
  });
});

describe('JSON lines', () => {
  const line = (span: number): string => JSON.stringify(withSpan({ spanId: id(span) }));

  test('spans of one trace come together from all lines, empty lines and CR LF included', () => {
    const [trace] = readTraces(`${line(1)}\r\n\n${line(2)}\n`);
    expect(trace?.spans.map(({ spanId }) => spanId)).toEqual([id(1), id(2)]);
  });

  test('a last line that is still being written is left out and said', () => {
    const problems: Problem[] = [];
    const [trace] = readTraces(`${line(1)}\n${line(2).slice(0, 30)}`, {
      onProblem: problem => problems.push(problem),
    });
    expect(trace?.spans).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['torn_line']);
  });

  test('a broken line among others is malformed, with its number', () => {
    const error = failure(() => readTraces(`${line(1)}\n{"broken\n${line(2)}\n`));
    expect(error.code).toBe('malformed');
    expect(error.message).toContain('Line 2');
  });
});

describe('OTLP protobuf', () => {
  test('the resource may stand behind its spans', () => {
    const spans = encode({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: id(1) }] }] }],
    });
    const resource = encode({
      resourceSpans: [
        { resource: { attributes: [{ key: 'service.name', value: { stringValue: 'late' } }] } },
      ],
    });
    // Both are one field 1 with a length below 128: join their contents under one header.
    const content = [...spans.subarray(2), ...resource.subarray(2)];
    expect(only(Uint8Array.from([0x0a, content.length, ...content])).service).toBe('late');
  });

  test('bytes of an attribute do not keep the request in memory', () => {
    const bytes = encode(withSpan({ attributes: [{ key: 'k', value: { bytesValue: 'AQID' } }] }));
    const value = only(Buffer.from(bytes)).attributes['k'];
    expect(value).toEqual(Uint8Array.of(1, 2, 3));
    expect((value as Uint8Array).buffer.byteLength).toBe(3);
  });

  test('JSON and protobuf of the same spans give the same traces', () => {
    fc.assert(
      fc.property(request, json => {
        const problems: string[] = [];
        const onProblem = ({ code }: Problem): void => void problems.push(code);
        const fromJson = readTraces(json, { format: 'otlp-json', onProblem });
        const fromProtobuf = readTraces(encode(json), { format: 'otlp-protobuf', onProblem });
        expect(fromProtobuf).toEqual(fromJson);
        expect(problems).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('any bytes are read or refused with a ReadError', () => {
    const random = fc.uint8Array({ maxLength: 300 });
    const mutated = fc.tuple(request, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([json, at, byte]) => {
      const bytes = Uint8Array.from(encode(json));
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

describe('an input of no known format', () => {
  test.each<[string, string | Uint8Array | object]>([
    ['nothing', ''],
    ['no bytes', new Uint8Array(0)],
    ['prose', 'hello'],
    ['another JSON', '{"a":1}'],
    ['a JSON list', '[{"traceId":"1"}]'],
    ['an object', { traceEvents: [] }],
    ['random bytes', Uint8Array.of(0xff, 0xfe, 0x00)],
  ])('%s: unknown_format', (_, input) => {
    expect(failure(() => readTraces(input)).code).toBe('unknown_format');
  });

  test('gzip is named', () => {
    expect(failure(() => readTraces(Uint8Array.of(0x1f, 0x8b, 8))).message).toContain('gzip');
  });

  test('broken JSON is malformed', () => {
    expect(failure(() => readTraces('{"resourceSpans": [')).code).toBe('malformed');
  });
});
