import {
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { addBaggageEntries, getBaggageEntries } from '../../../src/propagation/baggage.js';
import { W3CBaggagePropagator } from '../../../src/propagation/baggage-propagator.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const propagator = new W3CBaggagePropagator();
const inject = (context = ROOT_CONTEXT): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
};

describe('W3CBaggagePropagator', () => {
  it('reads entries and properties of several values and any case, and writes them', () => {
    const carrier = { Baggage: ['a=1;p=x%20y;q', Buffer.from('b=%C3%BC')] };
    const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(getBaggageEntries(context)).toEqual({ a: '1', b: 'ü' });
    expect(inject(context)).toEqual({ baggage: 'a=1;p=x%20y;q,b=%C3%BC' });
  });

  it('treats __proto__ as a name like any other', () => {
    const context = propagator.extract(ROOT_CONTEXT, { baggage: '__proto__=1,a=2' }, defaultTextMapGetter);
    expect(Object.entries(getBaggageEntries(context))).toEqual([
      ['__proto__', '1'],
      ['a', '2'],
    ]);
  });

  it('writes the metadata of an entry', () => {
    const entry = { value: '1', metadata: baggageEntryMetadataFromString('ttl=5;private') };
    const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: entry }));
    expect(inject(context)).toEqual({ baggage: 'a=1;ttl=5;private' });
  });

  it('leaves out whole entries that do not fit, with a debug diagnostic', () => {
    const context = addBaggageEntries({ a: 'x'.repeat(9000), 'no token': '1', b: '2' }, ROOT_CONTEXT);
    const captured = captureDiagnostics(() => expect(inject(context)).toEqual({ baggage: 'b=2' }));
    expect(captured).toMatchObject([{ level: 'debug', code: 'baggage_truncated', source: 'baggage' }]);
    expect(captured[0]?.message).toContain('2 of 3 baggage entries were not written');
  });

  it('writes no header if no entry is valid', () => {
    const captured = captureDiagnostics(() => {
      expect(inject(addBaggageEntries({ 'no token': '1' }, ROOT_CONTEXT))).toEqual({});
    });
    expect(captured[0]?.message).toContain('1 of 1 baggage entries were not written');
  });

  it('ignores a header without a valid entry, with a debug diagnostic', () => {
    const captured = captureDiagnostics(() => {
      const carrier = { baggage: 'no entry' };
      expect(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
    });
    expect(captured).toEqual([
      {
        level: 'debug',
        code: 'header_rejected',
        message: 'the baggage header "no entry" was ignored: it has no valid entry',
        source: 'baggage',
      },
    ]);
  });

  it('ignores a blank header without a diagnostic', () => {
    const captured = captureDiagnostics(() => {
      expect(propagator.extract(ROOT_CONTEXT, { baggage: ' ' }, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
    });
    expect(captured).toEqual([]);
  });

  it('writes nothing without baggage, or while tracing is suppressed', () => {
    expect(inject()).toEqual({});
    expect(inject(suppressTracing(addBaggageEntries({ a: '1' }, ROOT_CONTEXT)))).toEqual({});
  });

  it('catches errors of getters and setters', () => {
    const fail = (): never => {
      throw new Error('hostile');
    };
    const context = addBaggageEntries({ a: '1' }, ROOT_CONTEXT);
    expect(propagator.extract(context, {}, { get: fail, keys: fail })).toBe(context);
    expect(() => propagator.inject(context, {}, { set: fail })).not.toThrow();
  });

  it('lists its field', () => {
    expect(propagator.fields()).toEqual(['baggage']);
  });
});
