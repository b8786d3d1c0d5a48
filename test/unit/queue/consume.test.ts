import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consume, consumeBatch, publish, publishBatch } from '../../../src/queue/index.js';
import { trace } from '../../../src/span/trace.js';
import { ownTracing, type TestTracing } from '../../support/providers.js';

const PLACE = { system: 'test', destination: 'orders' };
const QUEUE_TIME = 'messaging.message.queue_time_ms';
const SENT_MS = Date.UTC(2026, 0, 31, 10);

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: SENT_MS });
  tracing = ownTracing();
});
afterEach(async () => {
  vi.useRealTimers();
  await tracing.stop();
});

/** Headers of a message that was sent in a trace of its own. */
function sent(baggage: Record<string, string> = {}): Record<string, string> {
  return trace.withBaggage(baggage, () => publish(PLACE, carrier => carrier));
}

describe('publish', () => {
  it('fills a new carrier, or the one that it is given, and hands back what send returns', async () => {
    const carrier = new Map([['mine', 'stays']]);
    const result = await publish({ ...PLACE, carrier }, async filled => filled === carrier);
    expect(result).toBe(true);
    expect([...carrier.keys()]).toEqual(['mine', 'traceparent', 'trace-sent-at']);
    const { traceId, spanId } = tracing.span('send orders').spanContext();
    expect(carrier.get('traceparent')).toBe(`00-${traceId}-${spanId}-03`);
    expect(carrier.get('trace-sent-at')).toBe(String(SENT_MS));
    expect(sent()).toHaveProperty('traceparent');
  });

  it('writes no send time where it is not wanted', () => {
    expect(publish({ ...PLACE, sendTime: false }, carrier => Object.keys(carrier))).toEqual(['traceparent']);
  });

  it('takes the place of a context that a forwarded message had', () => {
    const carrier = { TraceParent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
    publish({ ...PLACE, carrier }, () => {});
    expect(Object.keys(carrier)).toEqual(['TraceParent', 'trace-sent-at']);
    expect(carrier.TraceParent).toContain(tracing.span('send orders').spanContext().spanId);
  });

  it('takes operation, message id and attributes as they are given', () => {
    publish(
      { ...PLACE, operation: 'add', messageId: 'm-1', attributes: { 'messaging.system': 'mine', a: 1 } },
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

  it('makes no second span for a carrier that its own active span has filled', () => {
    publish(PLACE, carrier => publish({ ...PLACE, carrier }, () => {}));
    expect(tracing.spans().map(span => span.name)).toEqual(['send orders']);
    publish(PLACE, () => publish({ ...PLACE, destination: 'other' }, () => {}));
    expect(tracing.spans()).toHaveLength(3);
  });

  it('sends, whatever the carrier is', () => {
    for (const carrier of [null, 'text', 7, Object.freeze({})]) {
      expect(publish({ ...PLACE, carrier: carrier as object }, () => 'sent')).toBe('sent');
    }
  });
});

describe('publishBatch', () => {
  it('makes one span, whose context every message carries', () => {
    const headers = new Headers();
    const messages = [{ carrier: {} }, { carrier: headers }];
    publishBatch({ ...PLACE, messages }, () => {});
    const { spanId } = tracing.span('send orders').spanContext();
    expect(messages[0]?.carrier).toMatchObject({ traceparent: expect.stringContaining(spanId) as string });
    expect(headers.get('traceparent')).toContain(spanId);
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(2);
  });
});

describe('consume', () => {
  it("goes on with the sender's trace, kind, id and queue time on the span", () => {
    const carrier = sent();
    vi.setSystemTime(SENT_MS + 250);
    consume({ ...PLACE, carrier, messageId: 'm-1', attempt: 1 }, () => {});
    const span = tracing.span('process orders');
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.parentSpanContext?.spanId).toBe(tracing.span('send orders').spanContext().spanId);
    expect(span.links).toEqual([]);
    expect(span.attributes).toMatchObject({
      'messaging.message.id': 'm-1',
      'messaging.message.delivery_attempt': 1,
      [QUEUE_TIME]: 250,
    });
  });

  it('starts a new trace that points to the sender, and keeps the baggage, with relation link', () => {
    const carrier = sent({ tenant: 'a' });
    expect(consume({ ...PLACE, carrier, relation: 'link' }, () => trace.getBaggage())).toEqual({
      tenant: 'a',
    });
    const sender = tracing.span('send orders').spanContext();
    const span = tracing.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(sender.traceId);
    expect(span.links.map(link => link.context.spanId)).toEqual([sender.spanId]);
  });

  it.each([
    ['a first delivery, however late', {}, 3_600_000, 'child'],
    ['a second attempt soon after', { attempt: 2 }, 60_000, 'child'],
    ['a second attempt after more than a minute', { attempt: 2 }, 60_001, 'link'],
    ['a redelivery after more than a minute', { redelivered: true }, 60_001, 'link'],
    ['a repeated job', { repeated: true }, 0, 'link'],
    [
      'a late attempt that is wanted in the trace',
      { attempt: 2, relation: 'child' as const },
      90_000,
      'child',
    ],
  ])('%s is by default a %4$s', (_, options, delayMs, relation) => {
    const carrier = sent();
    vi.setSystemTime(SENT_MS + delayMs);
    consume({ ...PLACE, carrier, ...options }, () => {});
    const span = tracing.span('process orders');
    expect(span.links).toHaveLength(relation === 'link' ? 1 : 0);
    expect(span.parentSpanContext === undefined).toBe(relation === 'link');
  });

  it('starts a trace where the message brings none, whatever is active', () => {
    trace.span('polling', () => consume({ ...PLACE, carrier: {} }, () => {}));
    expect(tracing.span('process orders').parentSpanContext).toBeUndefined();
  });

  it.each([
    [SENT_MS - 5, 5],
    [new Date(SENT_MS - 5), 5],
    ['2026-01-31T09:59:59.000Z', 1000],
    [String(SENT_MS - 7), 7],
    [SENT_MS + 90, 0],
    [Number.NaN, undefined],
    [-1, undefined],
    ['soon', undefined],
    [new Date(Number.NaN), undefined],
  ])('reads %s as a send time', (sentAt, waited) => {
    consume({ ...PLACE, sentAt }, () => {});
    expect(tracing.span('process orders').attributes[QUEUE_TIME]).toBe(waited);
  });

  it('rethrows the very error, and marks the span', async () => {
    const error = new TypeError('bad order');
    await expect(consume(PLACE, () => Promise.reject(error))).rejects.toBe(error);
    const span = tracing.span('process orders');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad order' });
    expect(span.attributes['error.type']).toBe('TypeError');
  });

  it('makes one span when it is called twice for one message', () => {
    const carrier = sent();
    for (const relation of ['child', 'link'] as const) {
      tracing.reset();
      consume({ ...PLACE, carrier, relation }, () => consume({ ...PLACE, carrier }, () => {}));
      expect(tracing.spans().map(span => span.name)).toEqual(['process orders']);
    }
  });
});

describe('consumeBatch', () => {
  const batch = (): { carrier: object; messageId: string }[] => [
    { carrier: sent({ tenant: 'a', user: '1' }), messageId: 'm-1' },
    { carrier: sent({ tenant: 'a', user: '2' }), messageId: 'm-2' },
  ];

  it('makes one span in a new trace with a link for each message', () => {
    const messages = batch();
    const senders = tracing.spans().map(span => span.spanContext().spanId);
    vi.setSystemTime(SENT_MS + 40);
    trace.span('polling', () => consumeBatch({ ...PLACE, messages }, () => {}));
    const span = tracing.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map(link => link.context.spanId)).toEqual(senders);
    expect(span.links.map(link => link.attributes)).toEqual([
      { 'messaging.message.id': 'm-1', [QUEUE_TIME]: 40 },
      { 'messaging.message.id': 'm-2', [QUEUE_TIME]: 40 },
    ]);
    expect(span.attributes).toMatchObject({
      'messaging.batch.message_count': 2,
      'messaging.batch.max_queue_time_ms': 40,
    });
  });

  it('hands on the baggage that all messages agree on', () => {
    expect(consumeBatch({ ...PLACE, messages: batch() }, () => trace.getBaggage())).toEqual({ tenant: 'a' });
  });

  it('lets each message be processed in its own trace, inside', () => {
    const messages = batch();
    consumeBatch({ ...PLACE, messages: messages.slice(0, 1) }, () =>
      consume({ ...PLACE, ...messages[0] }, () => {}),
    );
    expect(tracing.spans().filter(span => span.name === 'process orders')).toHaveLength(2);
  });

  it('works on an empty batch and on messages that are none', () => {
    const messages = [null, undefined, 7, { carrier: 'text' }] as never[];
    expect(consumeBatch({ ...PLACE, messages }, () => 'done')).toBe('done');
    expect(consumeBatch({ ...PLACE, messages: [] }, () => 'done')).toBe('done');
    expect(tracing.spans().map(span => span.attributes['messaging.batch.message_count'])).toEqual([4, 0]);
  });

  it('makes no second span inside that of an instrumentation for the same batch', () => {
    const attributes = {
      'messaging.system': 'test',
      'messaging.destination.name': 'orders',
      'messaging.batch.message_count': 2,
    };
    trace.span('receive orders', { kind: 'consumer', attributes }, () =>
      consumeBatch({ ...PLACE, messages: [] }, () => {}),
    );
    expect(tracing.spans().map(span => span.name)).toEqual(['receive orders']);
  });
});
