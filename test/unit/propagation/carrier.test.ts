import { describe, expect, it } from 'vitest';
import { accessCarrier, environmentCarrier, messageAttributes } from '../../../src/propagation/carrier.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function useAsCarrier(value: unknown): unknown {
  const access = accessCarrier(value);
  access.set('traceparent', HEADER);
  access.keys();
  return access.get('traceparent');
}

describe('accessCarrier never throws', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const throwing = (): never => {
    throw new Error('hostile');
  };

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a number', 42],
    ['a string', HEADER],
    ['a symbol', Symbol('x')],
    ['a revoked proxy', revoked.proxy],
    ['a frozen list', Object.freeze([])],
    ['a proxy whose traps throw', new Proxy({}, { get: throwing, set: throwing, ownKeys: throwing })],
    [
      'a getter without setter that throws',
      Object.defineProperty({}, 'traceparent', { get: throwing, enumerable: true }),
    ],
    ['a collection whose methods throw', { get: throwing, set: throwing, keys: throwing }],
    ['a collection whose keys are not a list', { get: () => undefined, set: () => {}, keys: () => 7 }],
    ['a sealed object', Object.seal({ other: 1 })],
  ])('for %s', (_name, value) => {
    expect(() => useAsCarrier(value)).not.toThrow();
    expect(useAsCarrier(value)).toBeUndefined();
  });

  it('and reports at debug level that the carrier failed', () => {
    expect(captureDiagnostics(() => void useAsCarrier(Object.freeze({})))).toEqual([
      {
        level: 'debug',
        code: 'carrier_failed',
        message: expect.stringContaining('object carrier: writing traceparent threw TypeError') as string,
        source: 'object carrier',
      },
    ]);
    expect(captureDiagnostics(() => void useAsCarrier(null))).toEqual([
      {
        level: 'debug',
        code: 'carrier_failed',
        message: 'carrier: null is not an object',
        source: 'carrier',
      },
    ]);
    expect(captureDiagnostics(() => void useAsCarrier(revoked.proxy))).toMatchObject([
      { code: 'carrier_failed', source: 'carrier' },
    ]);
  });

  it('and names the type of a value that is not an object', () => {
    expect(captureDiagnostics(() => void useAsCarrier(42))).toMatchObject([
      { code: 'carrier_failed', message: 'carrier: number is not an object' },
    ]);
  });

  it('and reports nothing for undefined, which is an absent carrier', () => {
    expect(captureDiagnostics(() => void useAsCarrier(undefined))).toEqual([]);
  });
});

describe('accessCarrier', () => {
  it.each([
    ['a plain object', { tracestate: ['a=1', Buffer.from('b=2')] }],
    ['search parameters', new URLSearchParams('tracestate=a%3D1&tracestate=b%3D2')],
    [
      'a list of pairs',
      [
        ['tracestate', 'a=1'],
        ['TraceState', 'b=2'],
      ],
    ],
  ])('returns all values of %s', (_name, carrier) => {
    expect(accessCarrier(carrier).get('tracestate')).toEqual(['a=1', 'b=2']);
  });

  it('recognizes process.env and writes its names in capitals', () => {
    process.env.TRACEPARENT = HEADER;
    try {
      const access = accessCarrier(process.env);
      expect(access.get('traceparent')).toBe(HEADER);
      access.set('x-datadog-trace-id', '1');
      expect(process.env.X_DATADOG_TRACE_ID).toBe('1');
    } finally {
      delete process.env.TRACEPARENT;
      delete process.env.X_DATADOG_TRACE_ID;
    }
  });

  it('recognizes message attributes by an attribute of the application', () => {
    const attributes: Record<string, unknown> = { mine: { DataType: 'String', StringValue: '1' } };
    accessCarrier(attributes).set('traceparent', HEADER);
    expect(attributes.traceparent).toEqual({ DataType: 'String', StringValue: HEADER });
  });
});

describe('explicit carriers', () => {
  it('messageAttributes treats an empty object as message attributes', () => {
    const attributes: Record<string, unknown> = {};
    messageAttributes(attributes).set('traceparent', HEADER);
    expect(attributes).toEqual({ traceparent: { DataType: 'String', StringValue: HEADER } });
  });

  it('environmentCarrier treats a copy of an environment as an environment', () => {
    const env: Record<string, unknown> = { TRACEPARENT: HEADER };
    const access = environmentCarrier(env);
    expect(access.get('traceparent')).toBe(HEADER);
    access.set('x-datadog-trace-id', '1');
    expect(env).toEqual({ TRACEPARENT: HEADER, X_DATADOG_TRACE_ID: '1' });
  });
});
