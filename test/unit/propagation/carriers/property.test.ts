import { describe, expect, it } from 'vitest';
import { propertyCarrier } from '../../../../src/propagation/carriers/property.js';
import { captureDiagnostics } from '../../../support/captured-diagnostics.js';

const HEADER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('propertyCarrier', () => {
  it('writes JSON of the headers into one property, beside the rest of the payload', () => {
    const data: Record<string, unknown> = { image: 'a.png' };
    propertyCarrier(data, 'metadata').set('traceparent', HEADER);
    expect(data).toEqual({ image: 'a.png', metadata: JSON.stringify({ traceparent: HEADER }) });
  });

  it('adds a header to those that the property has', () => {
    const data = { traceContext: { traceparent: HEADER } };
    const carrier = propertyCarrier(data);
    carrier.set('baggage', 'a=1');
    expect(carrier.keys()).toEqual(['traceparent', 'baggage']);
    expect(carrier.get('traceparent')).toBe(HEADER);
  });

  it.each([
    ['a plain traceparent', HEADER],
    ['an object of headers', { traceparent: HEADER }],
    ['bytes', Buffer.from(JSON.stringify({ traceparent: HEADER }))],
  ])('reads %s', (_name, traceContext) => {
    expect(propertyCarrier({ traceContext }).get('TraceParent')).toBe(HEADER);
  });

  it.each([null, undefined, 'text', 42])(
    'carries nothing in a payload that is not an object: %s',
    payload => {
      const access = propertyCarrier(payload);
      expect(() => access.set('traceparent', HEADER)).not.toThrow();
      expect([access.get('traceparent'), access.keys()]).toEqual([undefined, []]);
    },
  );

  it('reports a payload that is not an object at debug level', () => {
    const captured = captureDiagnostics(() => void propertyCarrier('text'));
    expect(captured).toMatchObject([
      { level: 'debug', code: 'carrier_failed', message: 'job payload: string is not an object' },
    ]);
  });

  it.each(['{broken', '[1]', '{"traceparent":1}', `{"traceparent":"${'x'.repeat(70_000)}"}`])(
    'carries nothing in a damaged property: %.20s',
    traceContext => {
      expect(propertyCarrier({ traceContext }).get('tracestate')).toBeUndefined();
      if (traceContext.startsWith('{'))
        expect(propertyCarrier({ traceContext }).get('traceparent')).toBeUndefined();
    },
  );
});
