import { describe, expect, it } from 'vitest';
import {
  accessCarrier,
  MAX_MESSAGE_ATTRIBUTES,
  messageAttributes,
  propertyCarrier,
} from '../../../src/propagation/index.js';
import { said } from '../../support/captured-diagnostics.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function use(value: unknown): unknown {
  const access = accessCarrier(value);
  access.set('traceparent', HEADER);
  access.keys();
  return access.get('traceparent');
}

describe('a hostile carrier never throws', () => {
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
    ['a proxy whose every trap throws', new Proxy({}, { get: throwing, set: throwing, ownKeys: throwing })],
    [
      'a getter without setter that throws',
      Object.defineProperty({}, 'traceparent', { get: throwing, enumerable: true }),
    ],
    ['a collection whose methods throw', { get: throwing, set: throwing, keys: throwing }],
    ['a collection whose keys are no list', { get: () => undefined, set: () => {}, keys: () => 7 }],
    ['a sealed object', Object.seal({ other: 1 })],
  ])('%s', (_what, value) => {
    expect(() => use(value)).not.toThrow();
    expect(use(value)).toBeUndefined();
  });

  it('but says at debug level what was refused', () => {
    expect(said(() => void use(Object.freeze({})))).toEqual([
      expect.stringContaining('debug: object carrier was refused, writing traceparent threw'),
    ]);
    expect(said(() => void use(null))).toEqual(['debug: carrier was refused, it is no object: "null"']);
  });
});

describe('carrierOf', () => {
  it('gives all lines where a carrier holds several', () => {
    const params = new URLSearchParams('tracestate=a%3D1&tracestate=b%3D2');
    const lists = [
      { tracestate: ['a=1', Buffer.from('b=2')] },
      params,
      [
        ['tracestate', 'a=1'],
        ['TraceState', 'b=2'],
      ],
    ];
    for (const list of lists) expect(accessCarrier(list).get('tracestate')).toEqual(['a=1', 'b=2']);
  });

  it('ignores values that are no text', () => {
    for (const value of [1, true, null, {}, [], [1], new Date(0), Symbol('x')]) {
      expect(accessCarrier({ traceparent: value }).get('traceparent')).toBeUndefined();
    }
  });

  it('knows process.env by itself, and writes its names in capitals', () => {
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

  it('appends to a list in the shape the list has', () => {
    const pairs: unknown[] = [];
    const flat: unknown[] = ['a', '1'];
    const records: unknown[] = [{ a: Buffer.from('1') }];
    const named: unknown[] = [{ key: 'a', value: '1' }];
    for (const list of [pairs, flat, records, named]) accessCarrier(list).set('b', '2');
    expect(pairs).toEqual([['b', '2']]);
    expect(flat).toEqual(['a', '1', 'b', '2']);
    expect(records[1]).toEqual({ b: '2' });
    expect(named[1]).toEqual({ key: 'b', value: '2' });
  });
});

describe('message attributes', () => {
  const used = (count: number): Record<string, unknown> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: '1' }]),
    );

  it('take one attribute, under its own name while there is a traceparent only', () => {
    const attributes = used(9);
    const access = accessCarrier(attributes);
    access.set('traceparent', HEADER);
    expect(attributes.traceparent).toEqual({ DataType: 'String', StringValue: HEADER });
    access.set('tracestate', 'a=1');
    access.set('baggage', 'b=2');
    expect(Object.keys(attributes)).toHaveLength(MAX_MESSAGE_ATTRIBUTES);
    expect(attributes.tracecontext).toEqual({
      DataType: 'String',
      StringValue: JSON.stringify({ traceparent: HEADER, tracestate: 'a=1', baggage: 'b=2' }),
    });
    expect(['traceparent', 'tracestate', 'baggage'].map(name => access.get(name))).toEqual([
      HEADER,
      'a=1',
      'b=2',
    ]);
  });

  it('stay as they are when all ten are in use, and say so at debug level', () => {
    const attributes = used(10);
    const before = structuredClone(attributes);
    expect(said(() => accessCarrier(attributes).set('traceparent', HEADER))).toEqual([
      expect.stringContaining('all 10 attributes are in use'),
    ]);
    expect(attributes).toEqual(before);
  });

  it('are read when each field is an attribute of its own, in the spellings of SQS, SNS and Lambda', () => {
    for (const attribute of [
      { DataType: 'String', StringValue: HEADER },
      { dataType: 'String', stringValue: HEADER },
      { Type: 'String', Value: HEADER },
      { DataType: 'Binary', BinaryValue: Buffer.from(HEADER) },
    ]) {
      expect(accessCarrier({ traceparent: attribute }).get('traceparent')).toBe(HEADER);
    }
  });

  it('are recognised when they are named, although they are empty', () => {
    const attributes: Record<string, unknown> = {};
    messageAttributes(attributes).set('traceparent', HEADER);
    expect(attributes).toEqual({ traceparent: { DataType: 'String', StringValue: HEADER } });
  });
});

describe('a property of a job', () => {
  it('is JSON of the headers, beside the rest of the payload', () => {
    const data: Record<string, unknown> = { image: 'a.png' };
    propertyCarrier(data, 'metadata').set('traceparent', HEADER);
    expect(data).toEqual({ image: 'a.png', metadata: JSON.stringify({ traceparent: HEADER }) });
  });

  it.each([
    ['a bare traceparent', HEADER],
    ['an object of headers', { traceparent: HEADER }],
    ['bytes', Buffer.from(JSON.stringify({ traceparent: HEADER }))],
  ])('is read from %s', (_what, traceContext) => {
    expect(propertyCarrier({ traceContext }).get('TraceParent')).toBe(HEADER);
  });

  it.each([null, undefined, 'text', 42])('of a payload that is no object carries nothing: %s', payload => {
    const access = propertyCarrier(payload);
    expect(() => access.set('traceparent', HEADER)).not.toThrow();
    expect([access.get('traceparent'), access.keys()]).toEqual([undefined, []]);
  });

  it.each(['{broken', '[1]', '{"traceparent":1}', `{"traceparent":"${'x'.repeat(70_000)}"}`])(
    'that is damaged carries nothing: %.20s',
    traceContext => {
      expect(propertyCarrier({ traceContext }).get('tracestate')).toBeUndefined();
      if (traceContext.startsWith('{'))
        expect(propertyCarrier({ traceContext }).get('traceparent')).toBeUndefined();
    },
  );
});
