import { describe, expect, test } from 'vitest';
import { FORMATS, readSpans, readTraces } from '../../../../src/analysis/index.js';
import { readErrorOf, requestWithSpan } from '../../../support/otlp-requests.js';

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
    expect(readErrorOf(() => readTraces(input)).code).toBe('unknown_format');
  });

  test('gzip is named', () => {
    expect(readErrorOf(() => readTraces(Uint8Array.of(0x1f, 0x8b, 8))).message).toContain('gzip');
  });

  test('broken JSON is malformed', () => {
    expect(readErrorOf(() => readTraces('{"resourceSpans": [')).code).toBe('malformed');
  });
});

describe('a given format', () => {
  const json = JSON.stringify(requestWithSpan({ name: 'orders' }));

  test('is not detected again: JSON without resourceSpans is an empty request', () => {
    expect(readSpans('{}', 'otlp-json')).toEqual({ spans: [], problems: [] });
  });

  test('OTLP JSON is read from bytes', () => {
    expect(readSpans(Buffer.from(json), 'otlp-json').spans).toMatchObject([{ name: 'orders' }]);
  });

  test('JSON is not read as OTLP protobuf', () => {
    expect(readErrorOf(() => readSpans(json, 'otlp-protobuf')).code).toBe('unknown_format');
    expect(readErrorOf(() => readSpans(Buffer.from(json), 'otlp-protobuf')).code).toBe('malformed');
  });
});

test('the formats are listed', () => {
  expect(FORMATS).toEqual(['otlp-json', 'otlp-protobuf']);
});
