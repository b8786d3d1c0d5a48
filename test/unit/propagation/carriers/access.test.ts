import { describe, expect, it } from 'vitest';
import {
  type CarrierStorage,
  createCarrierAccess,
  decodeText,
  NOOP_CARRIER_ACCESS,
} from '../../../../src/propagation/carriers/access.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';

/** A storage on a Map, which keeps names of any type. */
function createMapStorage(map: Map<unknown, unknown>): CarrierStorage {
  return {
    kind: 'map',
    read: name => map.get(name),
    write: (name, value) => void map.set(name, value),
    names: () => map.keys(),
  };
}

describe('createCarrierAccess', () => {
  it('finds a name in any case, and a name that is bytes', () => {
    const access = createCarrierAccess(
      createMapStorage(
        new Map<unknown, unknown>([
          ['TraceParent', 'first'],
          [Buffer.from('BAGGAGE'), 'second'],
        ]),
      ),
    );
    expect([access.get('traceparent'), access.get('baggage')]).toEqual(['first', 'second']);
    expect(access.get('tracestate')).toBeUndefined();
  });

  it('does not read an absent name as undefined', () => {
    const access = createCarrierAccess(createMapStorage(new Map<unknown, unknown>([[undefined, 'value']])));
    expect(access.get('traceparent')).toBeUndefined();
  });

  it('replaces the value of a name that differs only in case', () => {
    const map = new Map<unknown, unknown>([['TraceParent', 'old']]);
    createCarrierAccess(createMapStorage(map)).set('traceparent', 'new');
    expect([...map]).toEqual([['TraceParent', 'new']]);
  });

  it('writes a new name in the format of the storage', () => {
    const map = new Map<unknown, unknown>();
    const storage = { ...createMapStorage(map), formatName: (key: string) => `X_${key}` };
    const access = createCarrierAccess(storage);
    access.set('baggage', '1');
    expect([...map]).toEqual([['X_baggage', '1']]);
    expect(access.get('baggage')).toBe('1');
  });

  it.each([1, true, null, {}, [], [1], new Date(0), Symbol('x'), ''])(
    'treats a value that is not text as absent: %s',
    value => {
      const access = createCarrierAccess(createMapStorage(new Map([['traceparent', value]])));
      expect(access.get('traceparent')).toBeUndefined();
    },
  );

  it('returns a list for several values, and text for a single value', () => {
    const access = createCarrierAccess(
      createMapStorage(
        new Map<unknown, unknown>([
          ['several', ['a', '', Buffer.from('b'), 7]],
          ['single', ['a', '']],
        ]),
      ),
    );
    expect(access.get('several')).toEqual(['a', 'b']);
    expect(access.get('single')).toBe('a');
  });

  it('lists the names that are text', () => {
    const map = new Map<unknown, unknown>([
      ['a', 1],
      [7, 1],
      [Buffer.from('b'), 1],
    ]);
    expect(createCarrierAccess(createMapStorage(map)).keys()).toEqual(['a', 'b']);
  });

  it('reports a storage that throws, and returns nothing', () => {
    const fail = (): never => {
      throw new Error('closed');
    };
    const access = createCarrierAccess({ kind: 'broken', read: fail, write: fail, names: fail });
    const captured = captureDiagnostics(() => {
      expect(access.get('traceparent')).toBeUndefined();
      expect(access.keys()).toEqual([]);
      access.set('traceparent', '1');
    });
    expect(captured.map(({ code, message }) => [code, message])).toEqual([
      ['carrier_failed', 'broken carrier: reading traceparent threw Error: closed'],
      ['carrier_failed', 'broken carrier: listing its names threw Error: closed'],
      ['carrier_failed', 'broken carrier: writing traceparent threw Error: closed'],
    ]);
  });
});

describe('NOOP_CARRIER_ACCESS', () => {
  it('finds nothing after a write', () => {
    NOOP_CARRIER_ACCESS.set('traceparent', '1');
    expect([NOOP_CARRIER_ACCESS.get('traceparent'), NOOP_CARRIER_ACCESS.keys()]).toEqual([undefined, []]);
  });
});

describe('decodeText', () => {
  it.each([
    ['text', 'text'],
    [Buffer.from('ü'), 'ü'],
    [new Uint8Array([65, 66, 67]).subarray(1), 'BC'],
    [7, undefined],
    [null, undefined],
  ])('decodes %s as %s', (value, text) => {
    expect(decodeText(value)).toBe(text);
  });
});
