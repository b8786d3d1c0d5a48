import { describe, expect, test } from 'vitest';
import {
  readArrayField,
  readBoolean,
  readBytes,
  readDouble,
  readEnumField,
  isJsonObject,
  isSet,
  createMalformedError,
  readObjectField,
  readSignedInteger,
  readTextField,
  readUnsignedField,
} from '../../../../src/analysis/read/json-fields.js';
import { readErrorOf } from '../../../support/otlp-requests.js';

describe('a field that is absent or null has its default value', () => {
  test.each([{}, { field: null }])('%j', parent => {
    expect(isSet(parent, 'field')).toBe(false);
    expect(readTextField(parent, 'field')).toBe('');
    expect(readArrayField(parent, 'field')).toEqual([]);
    expect(readObjectField(parent, 'field')).toEqual({});
    expect(readEnumField(parent, 'field', ['ZERO', 'ONE'])).toBe(0);
    expect(readUnsignedField(parent, 'field')).toBe(0n);
  });
});

describe('a field of the wrong type is an error that names field, expected and received value', () => {
  test.each<[string, () => unknown, string]>([
    ['a string', () => readTextField({ name: 7 }, 'name'), 'name must be a string, got 7'],
    ['a list', () => readArrayField({ spans: {} }, 'spans'), 'spans must be a list, got an object'],
    ['an object', () => readObjectField({ status: [] }, 'status'), 'status must be an object, got a list'],
    ['an enum', () => readEnumField({ kind: 1.5 }, 'kind', []), 'kind must be an integer, got 1.5'],
    ['a boolean', () => readBoolean('yes'), 'boolValue must be true or false, got "yes"'],
    ['a double', () => readDouble('1,5'), 'doubleValue must be a number, got "1,5"'],
    ['a null', () => readDouble(null), 'doubleValue must be a number, got null'],
    ['bytes', () => readBytes('*'), 'bytesValue must be base64, got "*"'],
  ])('%s', (_, read, message) => {
    expect(readErrorOf(read)).toMatchObject({
      code: 'malformed',
      format: 'otlp-json',
      message: `This is not OTLP JSON: ${message}.`,
    });
  });

  test('of a long value it shows the first 40 characters', () => {
    expect(createMalformedError('name', 'a list', 'x'.repeat(1_000)).message).toContain(
      `"${'x'.repeat(40)}".`,
    );
  });
});

describe('64-bit integers', () => {
  test.each<[unknown, number | bigint]>([
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740992', 9_007_199_254_740_992n],
    ['-9223372036854775808', -(2n ** 63n)],
    [-7, -7],
  ])('the signed integer %s is %s', (value, expected) => {
    expect(readSignedInteger(value)).toBe(expected);
  });

  test.each(['9223372036854775808', '-9223372036854775809', '1e3', '', 1.5, true])(
    'the signed integer %s is an error',
    value => {
      expect(readErrorOf(() => readSignedInteger(value)).code).toBe('malformed');
    },
  );

  test.each<[unknown, bigint]>([
    ['18446744073709551615', 2n ** 64n - 1n],
    [7, 7n],
    ['', 0n],
  ])('the unsigned integer %s is %s', (value, expected) => {
    expect(readUnsignedField({ time: value }, 'time')).toBe(expected);
  });

  test.each(['18446744073709551616', '-1', -1, 0.5])('the unsigned integer %s is an error', value => {
    expect(readErrorOf(() => readUnsignedField({ time: value }, 'time')).message).toContain('time must be');
  });
});

test.each<[unknown, number]>([
  [1, 1],
  ['ONE', 1],
  ['1', 1],
  ['LATER_VERSION', 0],
  [99, 99],
])('the enum value %s is %i', (value, expected) => {
  expect(readEnumField({ kind: value }, 'kind', ['ZERO', 'ONE'])).toBe(expected);
});

test.each<[unknown, number]>([
  [1.5, 1.5],
  ['1.5e3', 1_500],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
])('the double %s is %d', (value, expected) => {
  expect(readDouble(value)).toBe(expected);
});

test('bytes are base64 in the standard or the URL-safe alphabet', () => {
  expect(readBytes('+/8=')).toEqual(Uint8Array.of(0xfb, 0xff));
  expect(readBytes('-_8')).toEqual(Uint8Array.of(0xfb, 0xff));
});

test('lists and null are not objects', () => {
  expect([{}, [], null, 'text'].map(isJsonObject)).toEqual([true, false, false, false]);
});
