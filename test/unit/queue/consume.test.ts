import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consume } from '../../../src/queue/consume.js';
import { publish } from '../../../src/queue/publish.js';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const ORDERS = { system: 'test', destination: 'orders' };
const QUEUE_TIME = 'messaging.message.queue_time_ms';
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

/** Returns the headers of a message that was sent in a separate trace. */
function sendHeaders(baggage: Record<string, string> = {}): Record<string, string> {
  return trace.withBaggage(baggage, () => publish(ORDERS, carrier => carrier));
}

describe('consume', () => {
  it("continues the sender's trace, and records kind, id and queue time", () => {
    const carrier = sendHeaders();
    vi.setSystemTime(SENT_MS + 250);
    consume({ ...ORDERS, carrier, messageId: 'm-1', attempt: 1 }, () => {});
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

  it('with relation link starts a new trace with a link to the sender, and keeps the baggage', () => {
    const carrier = sendHeaders({ tenant: 'a' });
    expect(consume({ ...ORDERS, carrier, relation: 'link' }, () => trace.getBaggage())).toEqual({
      tenant: 'a',
    });
    const sender = tracing.span('send orders').spanContext();
    const span = tracing.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(sender.traceId);
    expect(span.links.map(link => link.context.spanId)).toEqual([sender.spanId]);
  });

  it.each([
    ['a first delivery after an hour', {}, 3_600_000, 'child'],
    ['a second attempt soon after', { attempt: 2 }, 60_000, 'child'],
    ['a second attempt after more than a minute', { attempt: 2 }, 60_001, 'link'],
    ['a redelivery after more than a minute', { redelivered: true }, 60_001, 'link'],
    ['a repeated job', { repeated: true }, 0, 'link'],
    ['a late attempt with relation child', { attempt: 2, relation: 'child' as const }, 90_000, 'child'],
  ])('%s is a %4$s', (_, options, delayMs, relation) => {
    const carrier = sendHeaders();
    vi.setSystemTime(SENT_MS + delayMs);
    consume({ ...ORDERS, carrier, ...options }, () => {});
    const span = tracing.span('process orders');
    expect(span.links).toHaveLength(relation === 'link' ? 1 : 0);
    expect(span.parentSpanContext === undefined).toBe(relation === 'link');
  });

  it('starts a new trace for a message without context, inside an active span too', () => {
    trace.span('polling', () => consume({ ...ORDERS, carrier: {} }, () => {}));
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
  ])('reads %s as a send time', (sentAt, queueTimeMs) => {
    consume({ ...ORDERS, sentAt }, () => {});
    expect(tracing.span('process orders').attributes[QUEUE_TIME]).toBe(queueTimeMs);
  });

  it('rethrows the same error, and records it on the span', async () => {
    const error = new TypeError('bad order');
    await expect(consume(ORDERS, () => Promise.reject(error))).rejects.toBe(error);
    const span = tracing.span('process orders');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad order' });
    expect(span.attributes['error.type']).toBe('TypeError');
  });

  it('creates one span for nested calls with the same message', () => {
    const carrier = sendHeaders();
    for (const relation of ['child', 'link'] as const) {
      tracing.reset();
      consume({ ...ORDERS, carrier, relation }, () => consume({ ...ORDERS, carrier }, () => {}));
      expect(tracing.spans().map(span => span.name)).toEqual(['process orders']);
    }
  });
});
