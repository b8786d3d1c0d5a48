import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { publish, publishBatch } from '../../../src/queue/publish.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const ORDERS = { system: 'test', destination: 'orders' };
const SENT_MS = Date.UTC(2026, 0, 31, 10);

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: SENT_MS });
  tracing = startOwnTracing();
});
afterEach(async () => {
  vi.useRealTimers();
  await tracing.stop();
});

describe('publish', () => {
  it('fills a new carrier or the given one, and returns the result of send', async () => {
    const carrier = new Map([['mine', 'stays']]);
    const result = await publish({ ...ORDERS, carrier }, async filled => filled === carrier);
    expect(result).toBe(true);
    expect([...carrier.keys()]).toEqual(['mine', 'traceparent', 'do-trace-sent-at']);
    const { traceId, spanId } = tracing.span('send orders').spanContext();
    expect(carrier.get('traceparent')).toBe(`00-${traceId}-${spanId}-03`);
    expect(carrier.get('do-trace-sent-at')).toBe(String(SENT_MS));
    expect(publish(ORDERS, filled => filled)).toHaveProperty('traceparent');
  });

  it('writes no send time with sendTime: false', () => {
    expect(publish({ ...ORDERS, sendTime: false }, carrier => Object.keys(carrier))).toEqual(['traceparent']);
  });

  it('replaces the context of a forwarded message', () => {
    const carrier = { TraceParent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
    publish({ ...ORDERS, carrier }, () => {});
    expect(Object.keys(carrier)).toEqual(['TraceParent', 'do-trace-sent-at']);
    expect(carrier.TraceParent).toContain(tracing.span('send orders').spanContext().spanId);
  });

  it('sets operation, message id and attributes from the options', () => {
    publish(
      { ...ORDERS, operation: 'add', messageId: 'm-1', attributes: { 'messaging.system': 'mine', a: 1 } },
      () => {},
    );
    expect(tracing.span('add orders').attributes).toEqual({
      'messaging.system': 'mine',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'add',
      'messaging.operation.type': 'send',
      'messaging.message.id': 'm-1',
      a: 1,
    });
  });

  it('creates no second span for a carrier that the active producer span has filled', () => {
    publish(ORDERS, carrier => publish({ ...ORDERS, carrier }, () => {}));
    expect(tracing.spans().map(span => span.name)).toEqual(['send orders']);
    publish(ORDERS, () => publish({ ...ORDERS, destination: 'other' }, () => {}));
    expect(tracing.spans()).toHaveLength(3);
  });

  it('sends with any value as carrier', () => {
    for (const carrier of [null, 'text', 7, Object.freeze({})]) {
      expect(publish({ ...ORDERS, carrier: carrier as object }, () => 'sent')).toBe('sent');
    }
  });
});

describe('publishBatch', () => {
  it('creates one span, whose context every message carries', () => {
    const headers = new Headers();
    const messages = [{ carrier: {} }, { carrier: headers }];
    publishBatch({ ...ORDERS, messages }, () => {});
    const { spanId } = tracing.span('send orders').spanContext();
    expect(messages[0]?.carrier).toMatchObject({ traceparent: expect.stringContaining(spanId) as string });
    expect(headers.get('traceparent')).toContain(spanId);
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(2);
  });

  it('records the id of a single message, and the ids of several', () => {
    publishBatch({ ...ORDERS, messages: [{ id: 'm-1', carrier: {} }] }, () => {});
    expect(tracing.span('send orders').attributes).toMatchObject({ 'messaging.message.id': 'm-1' });
    tracing.reset();
    const messages = ['m-1', 'm-2'].map(id => ({ id, carrier: {} }));
    publishBatch({ ...ORDERS, messages }, () => {});
    expect(tracing.span('send orders').attributes).toMatchObject({
      'messaging.batch.message_count': 2,
      'messaging.batch.message_ids': ['m-1', 'm-2'],
    });
    tracing.reset();
    const many = Array.from({ length: 1_000 }, (_, index) => ({ id: `m-${index}`, carrier: {} }));
    publishBatch({ ...ORDERS, messages: many }, () => {});
    expect(tracing.span('send orders').attributes['messaging.batch.message_ids']).toHaveLength(128);
  });

  it('reports once that messages have no carrier, and sends them', () => {
    const captured = captureDiagnostics(() => {
      const messages = [{ id: 'm-1' }, { carrier: new Date(0) }, {}] as never[];
      expect(publishBatch({ ...ORDERS, messages }, () => 'sent')).toBe('sent');
    });
    expect(captured).toMatchObject([{ code: 'message_headers_missing', source: 'publishBatch.messages' }]);
  });

  it('reports that the function is missing', () => {
    const captured = captureDiagnostics(() => {
      expect(publishBatch({ ...ORDERS, messages: [] }, undefined as never)).toBeUndefined();
      expect(publish(ORDERS, undefined as never)).toBeUndefined();
    });
    expect(captured).toMatchObject([
      { code: 'function_missing', source: 'publishBatch' },
      { code: 'function_missing', source: 'publish' },
    ]);
  });
});
