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

  it('does not get values that are undefined or null', () => {
    const values = { a: undefined as unknown as string, b: '1', c: null as unknown as string };
    expect(getBaggageEntries(addBaggageEntries(values, ROOT_CONTEXT))).toEqual({ b: '1' });
  });
});
