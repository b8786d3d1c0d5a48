import {
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { addBaggageEntries, getBaggageEntries, W3CBaggagePropagator } from '../../../src/propagation/index.js';
import { said } from '../../support/captured-diagnostics.js';

const propagator = new W3CBaggagePropagator();
const inject = (context = ROOT_CONTEXT): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
};

describe('baggage in a context', () => {
  it('is added to what is there, and read as plain strings', () => {
    const outer = addBaggageEntries({ a: '1', b: '2' }, ROOT_CONTEXT);
    expect(getBaggageEntries(addBaggageEntries({ b: '3', c: 'ü' }, outer))).toEqual({ a: '1', b: '3', c: 'ü' });
    expect(getBaggageEntries(outer)).toEqual({ a: '1', b: '2' });
    expect(getBaggageEntries(ROOT_CONTEXT)).toEqual({});
  });

  it('leaves out values that are not there', () => {
    expect(
      getBaggageEntries(addBaggageEntries({ a: undefined as unknown as string, b: '1' }, ROOT_CONTEXT)),
    ).toEqual({ b: '1' });
  });
});

describe('W3CBaggagePropagator', () => {
  it('reads entries and properties of several lines and any case, and writes them back', () => {
    const carrier = { Baggage: ['a=1;p=x%20y;q', Buffer.from('b=%C3%BC')] };
    const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(getBaggageEntries(context)).toEqual({ a: '1', b: 'ü' });
    expect(inject(context)).toEqual({ baggage: 'a=1;p=x%20y;q,b=%C3%BC' });
  });

  it('takes __proto__ for a name like any other', () => {
    const context = propagator.extract(ROOT_CONTEXT, { baggage: '__proto__=1,a=2' }, defaultTextMapGetter);
    expect(Object.entries(getBaggageEntries(context))).toEqual([
      ['__proto__', '1'],
      ['a', '2'],
    ]);
  });

  it('keeps metadata that others set', () => {
    const entry = { value: '1', metadata: baggageEntryMetadataFromString('ttl=5;private') };
    const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: entry }));
    expect(inject(context)).toEqual({ baggage: 'a=1;ttl=5;private' });
  });

  it('leaves whole entries out that do not fit, and says so', () => {
    const context = addBaggageEntries({ a: 'x'.repeat(9000), 'no token': '1', b: '2' }, ROOT_CONTEXT);
    const messages = said(() => expect(inject(context)).toEqual({ baggage: 'b=2' }));
    expect(messages).toEqual([expect.stringContaining('baggage was refused, 2 of 3 entries')]);
  });

  it('refuses a header without any entry, and says so', () => {
    const messages = said(() => {
      expect(propagator.extract(ROOT_CONTEXT, { baggage: 'no entry' }, defaultTextMapGetter)).toBe(
        ROOT_CONTEXT,
      );
    });
    expect(messages).toEqual(['debug: baggage was refused, no entry in it can be read: "no entry"']);
  });

  it('writes nothing without baggage, or when tracing is suppressed', () => {
    expect(inject()).toEqual({});
    expect(inject(suppressTracing(addBaggageEntries({ a: '1' }, ROOT_CONTEXT)))).toEqual({});
  });

  it('survives getters and setters that throw', () => {
    const fail = (): never => {
      throw new Error('hostile');
    };
    const context = addBaggageEntries({ a: '1' }, ROOT_CONTEXT);
    expect(propagator.extract(context, {}, { get: fail, keys: fail })).toBe(context);
    expect(() => propagator.inject(context, {}, { set: fail })).not.toThrow();
  });
});
