import { describe, expect, test } from 'vitest';
import { readTraces } from '../../../../src/analysis/index.js';
import { readErrorOf } from '../../../support/otlp-requests.js';

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
