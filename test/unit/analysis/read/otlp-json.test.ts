import { describe, expect, test } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { TRACE_ID } from '../../../support/flat-spans.js';
import { readAttribute, readErrorOf, readOneSpan, requestWithSpan } from '../../../support/otlp-requests.js';

describe('OTLP JSON', () => {
  test('ids are hex of any case', () => {
    const trace = readTraces(
      requestWithSpan({ traceId: TRACE_ID.toUpperCase(), spanId: 'ABCDEF0123456789' }),
    )[0];
    expect([trace?.traceId, trace?.spans[0]?.spanId]).toEqual([TRACE_ID, 'abcdef0123456789']);
  });

  test('enums are integers, or their names', () => {
    expect(readOneSpan(requestWithSpan({ kind: 3, status: { code: 2, message: 'no' } }))).toMatchObject({
      kind: 'client',
      status: { code: 'error', message: 'no' },
    });
    expect(
      readOneSpan(requestWithSpan({ kind: 'SPAN_KIND_CONSUMER', status: { code: 'STATUS_CODE_OK' } })),
    ).toMatchObject({
      kind: 'consumer',
      status: { code: 'ok' },
    });
    expect(readOneSpan(requestWithSpan({ kind: 99, status: { code: 99 } }))).toMatchObject({
      kind: 'internal',
      status: { code: 'unset' },
    });
  });

  test('64-bit integers are strings or numbers', () => {
    const times = { startTimeUnixNano: 1_544_712_660_000_000_000, endTimeUnixNano: '1544712660000000007' };
    expect(readOneSpan(requestWithSpan(times)).end).toBe(7);
    expect(readAttribute({ intValue: '42' })).toBe(42);
    expect(readAttribute({ intValue: -42 })).toBe(-42);
    expect(readAttribute({ intValue: '9223372036854775807' })).toBe(9_223_372_036_854_775_807n);
  });

  test('every kind of attribute value is read', () => {
    expect(readAttribute({ stringValue: '' })).toBe('');
    expect(readAttribute({ boolValue: false })).toBe(false);
    expect(readAttribute({ doubleValue: 1.5 })).toBe(1.5);
    expect(readAttribute({ doubleValue: 'NaN' })).toBeNaN();
    expect(readAttribute({ doubleValue: '-Infinity' })).toBe(-Infinity);
    expect(readAttribute({ bytesValue: 'AQID' })).toEqual(Uint8Array.of(1, 2, 3));
    expect(readAttribute({ bytesValue: '-_8' })).toEqual(Uint8Array.of(0xfb, 0xff));
    expect(readAttribute({})).toBeNull();
    const nested = {
      arrayValue: {
        values: [{ intValue: 1 }, { kvlistValue: { values: [{ key: 'a', value: { arrayValue: {} } }] } }],
      },
    };
    expect(readAttribute(nested)).toEqual([1, { a: [] }]);
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
    expect(readOneSpan(requestWithSpan(span, { unknown: 1 }))).toMatchObject({
      name: '',
      kind: 'internal',
      service: 'unknown_service',
    });
  });

  test('an attribute called __proto__ stays an attribute', () => {
    const { attributes } = readOneSpan(
      requestWithSpan({ attributes: [{ key: '__proto__', value: { stringValue: 'x' } }] }),
    );
    expect(Object.entries(attributes)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
  });

  test.each<[string, object]>([
    ['a name that is a number', { name: 5 }],
    ['times that are fractions', { startTimeUnixNano: 1.5 }],
    ['times below zero', { endTimeUnixNano: '-1' }],
    ['times over 64 bits', { endTimeUnixNano: '18446744073709551616' }],
    ['attributes that are an object', { attributes: {} }],
    ['an attribute value that is a string', { attributes: [{ key: 'a', value: 'b' }] }],
    ['an integer that is text', { attributes: [{ key: 'a', value: { intValue: '1e3' } }] }],
    ['bytes that are not base64', { attributes: [{ key: 'a', value: { bytesValue: '*' } }] }],
    ['a trace id that is a number', { traceId: 1 }],
  ])('%s: malformed', (_, span) => {
    expect(readErrorOf(() => readTraces(requestWithSpan(span)))).toMatchObject({
      code: 'malformed',
      format: 'otlp-json',
    });
  });

  test('values that are nested too deeply are an error and do not overflow the stack', () => {
    let value: object = { intValue: 1 };
    for (let depth = 0; depth < 100_000; depth++) value = { arrayValue: { values: [value] } };
    expect(readErrorOf(() => readAttribute(value)).code).toBe('malformed');
  });
});
