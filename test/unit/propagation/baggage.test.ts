import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { addBaggageEntries, getBaggageEntries } from '../../../src/propagation/baggage.js';

describe('baggage in a context', () => {
  it('is extended, and read as plain strings', () => {
    const outer = addBaggageEntries({ a: '1', b: '2' }, ROOT_CONTEXT);
    expect(getBaggageEntries(addBaggageEntries({ b: '3', c: 'ü' }, outer))).toEqual({
      a: '1',
      b: '3',
      c: 'ü',
    });
    expect(getBaggageEntries(outer)).toEqual({ a: '1', b: '2' });
    expect(getBaggageEntries(ROOT_CONTEXT)).toEqual({});
  });

  it('loses entries whose new value is undefined or null', () => {
    const outer = addBaggageEntries({ a: '1', b: '2', c: '3' }, ROOT_CONTEXT);
    const inner = addBaggageEntries({ a: undefined, c: null, d: null }, outer);
    expect(getBaggageEntries(inner)).toEqual({ b: '2' });
    expect(getBaggageEntries(outer)).toEqual({ a: '1', b: '2', c: '3' });
  });

  it('converts numbers and booleans, and leaves out other values', () => {
    const invalid: unknown[] = [];
    const context = addBaggageEntries(
      { a: 1, b: true, c: 5n, d: {}, e: () => {} },
      ROOT_CONTEXT,
      (key, value) => invalid.push([key, typeof value]),
    );
    expect(getBaggageEntries(context)).toEqual({ a: '1', b: 'true', c: '5' });
    expect(invalid).toEqual([
      ['d', 'object'],
      ['e', 'function'],
    ]);
  });
});
