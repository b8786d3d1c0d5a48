import { defaultTextMapGetter } from '@opentelemetry/api';
import { describe, expect, it, vi } from 'vitest';
import { accessCarrier } from '../../../src/propagation/carrier.js';
import { carrierGetter, readHeaderValues } from '../../../src/propagation/header-values.js';

describe('readHeaderValues', () => {
  it('reads a single value as a list', () => {
    expect(readHeaderValues({ baggage: 'a=1' }, defaultTextMapGetter, 'baggage')).toEqual(['a=1']);
  });

  it('reads several values, decodes Buffers and leaves out other values', () => {
    const carrier = { baggage: ['a=1', Buffer.from('b=2'), 7, null] };
    expect(readHeaderValues(carrier, defaultTextMapGetter, 'baggage')).toEqual(['a=1', 'b=2']);
  });

  it('finds a name in any case with any getter', () => {
    expect(readHeaderValues({ BagGage: 'a=1' }, defaultTextMapGetter, 'baggage')).toEqual(['a=1']);
  });

  it('prefers the exact name, and skips names without a value', () => {
    const carrier = { BAGGAGE: 7, Baggage: 'a=1' };
    expect(readHeaderValues(carrier, defaultTextMapGetter, 'baggage')).toEqual(['a=1']);
    expect(readHeaderValues({ ...carrier, baggage: 'b=2' }, defaultTextMapGetter, 'baggage')).toEqual([
      'b=2',
    ]);
  });

  it('does not take another header with a name of the same length', () => {
    expect(readHeaderValues({ another: 'a=1' }, defaultTextMapGetter, 'baggage')).toEqual([]);
  });

  it('returns an empty list for an absent header', () => {
    expect(readHeaderValues({ other: '1' }, defaultTextMapGetter, 'baggage')).toEqual([]);
  });

  it('does not list the names of a carrier that finds names in any case itself', () => {
    const access = accessCarrier({ other: '1' });
    const keys = vi.spyOn(access, 'keys');
    expect(readHeaderValues(access, carrierGetter, 'baggage')).toEqual([]);
    expect(keys).not.toHaveBeenCalled();
  });
});

describe('carrierGetter', () => {
  it('reads and lists by the access to a carrier', () => {
    const access = accessCarrier({ Baggage: 'a=1' });
    expect([carrierGetter.get(access, 'baggage'), carrierGetter.keys(access)]).toEqual(['a=1', ['Baggage']]);
  });
});
