import { describe, expect, test } from 'vitest';
import type { AttributeValue } from '../../../src/analysis/index.js';
import { estimateSpanBytes } from '../../../src/receiver/span-size.js';
import { flatSpan } from '../../support/flat-spans.js';

const empty = estimateSpanBytes(flatSpan(1, undefined, 0, 1, { name: '' }));

describe('the estimate grows by', () => {
  const attributeBytes = (value: AttributeValue): number =>
    estimateSpanBytes(flatSpan(1, undefined, 0, 1, { name: '', attributes: { key: value } })) - empty;

  test.each<[string, AttributeValue, number]>([
    ['text', 'x'.repeat(100), 100],
    ['bytes', new Uint8Array(1_000), 1_000],
    ['a list', ['x'.repeat(100), 'x'.repeat(100)], 200],
    ['a map', { inner: 'x'.repeat(100) }, 105],
    ['a number', 7, 8],
    ['a big integer', 7n, 8],
    ['null', null, 8],
  ])('at least the size of %s', (_, value, bytes) => {
    expect(attributeBytes(value)).toBeGreaterThanOrEqual(bytes + 'key'.length);
    expect(attributeBytes(value)).toBeLessThan(bytes + 200);
  });

  test('the name and the status message', () => {
    const span = flatSpan(1, undefined, 0, 1, {
      name: 'name',
      status: { code: 'error', message: 'message' },
    });
    expect(estimateSpanBytes(span) - empty).toBe('name'.length + 'message'.length);
  });

  test('events and links with their attributes', () => {
    const attributes = { key: 'x'.repeat(1_000) };
    const event = { name: 'event', timeNs: 0n, attributes };
    const link = { traceId: '', spanId: '', attributes };
    const withEvent = estimateSpanBytes(flatSpan(1, undefined, 0, 1, { name: '', events: [event] })) - empty;
    const withLink = estimateSpanBytes(flatSpan(1, undefined, 0, 1, { name: '', links: [link] })) - empty;
    expect(Math.min(withEvent, withLink)).toBeGreaterThan(1_000);
    expect(Math.max(withEvent, withLink)).toBeLessThan(1_400);
  });
});
