import { describe, expect, it } from 'vitest';
import { createCarrierAccess } from '../../../../src/propagation/carriers/access.js';
import {
  createMessageAttributesStorage,
  isMessageAttributes,
  MAX_MESSAGE_ATTRIBUTES,
} from '../../../../src/propagation/carriers/message-attributes.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const access = (attributes: object): ReturnType<typeof createCarrierAccess> =>
  createCarrierAccess(createMessageAttributesStorage(attributes));

const createAttributes = (count: number): Record<string, unknown> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`a${i}`, { DataType: 'String', StringValue: '1' }]),
  );

describe('message attributes', () => {
  it('take one attribute, with its own name while there is only a traceparent', () => {
    const attributes = createAttributes(9);
    const carrier = access(attributes);
    carrier.set('traceparent', HEADER);
    expect(attributes.traceparent).toEqual({ DataType: 'String', StringValue: HEADER });
    carrier.set('tracestate', 'a=1');
    carrier.set('baggage', 'b=2');
    expect(Object.keys(attributes)).toHaveLength(MAX_MESSAGE_ATTRIBUTES);
    expect(attributes.tracecontext).toEqual({
      DataType: 'String',
      StringValue: JSON.stringify({ traceparent: HEADER, tracestate: 'a=1', baggage: 'b=2' }),
    });
    expect(['traceparent', 'tracestate', 'baggage'].map(name => carrier.get(name))).toEqual([
      HEADER,
      'a=1',
      'b=2',
    ]);
  });

  it('stay unchanged if all ten are in use, with a debug diagnostic', () => {
    const attributes = createAttributes(10);
    const before = structuredClone(attributes);
    expect(captureDiagnostics(() => access(attributes).set('traceparent', HEADER))).toEqual([
      {
        level: 'debug',
        code: 'carrier_failed',
        message: 'message attributes carrier: all 10 attributes are in use, so traceparent was not written',
        source: 'message attributes carrier',
      },
    ]);
    expect(attributes).toEqual(before);
  });

  it('are read if each field is an attribute, in the spellings of SQS, SNS and Lambda', () => {
    for (const attribute of [
      { DataType: 'String', StringValue: HEADER },
      { dataType: 'String', stringValue: HEADER },
      { Type: 'String', Value: HEADER },
      { DataType: 'Binary', BinaryValue: Buffer.from(HEADER) },
    ]) {
      expect(isMessageAttributes({ traceparent: attribute })).toBe(true);
      expect(access({ traceparent: attribute }).get('traceparent')).toBe(HEADER);
    }
  });

  it('list the folded fields besides the attributes', () => {
    const attributes = { mine: {}, tracecontext: { StringValue: JSON.stringify({ baggage: 'a=1' }) } };
    expect(access(attributes).keys()).toEqual(['mine', 'tracecontext', 'baggage']);
  });
});

describe('isMessageAttributes', () => {
  it.each([[{}], [{ a: 1 }], [{ a: null }], [{ a: { value: 1 } }]])('rejects %j', value => {
    expect(isMessageAttributes(value)).toBe(false);
  });
});
