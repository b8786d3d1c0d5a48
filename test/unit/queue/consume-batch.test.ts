import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { consume } from '../../../src/queue/consume.js';
import { consumeBatch } from '../../../src/queue/consume-batch.js';
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

describe('consumeBatch', () => {
  const batch = (): { carrier: object; id?: string; messageId?: string }[] => [
    { carrier: sendHeaders({ tenant: 'a', user: '1' }), messageId: 'm-1' },
    { carrier: sendHeaders({ tenant: 'a', user: '2' }), id: 'm-2' },
  ];

  it('creates one span in a new trace with a link for each message', () => {
    const messages = batch();
    const senders = tracing.spans().map(span => span.spanContext().spanId);
    vi.setSystemTime(SENT_MS + 40);
    trace.span('polling', () => consumeBatch({ ...ORDERS, messages }, () => {}));
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

  it('passes on the baggage entries that all messages share', () => {
    expect(consumeBatch({ ...ORDERS, messages: batch() }, () => trace.getBaggage())).toEqual({ tenant: 'a' });
  });

  it('allows a span for each message inside, in the trace of the message', () => {
    const messages = batch();
    consumeBatch({ ...ORDERS, messages: messages.slice(0, 1) }, () =>
      consume({ ...ORDERS, ...messages[0] }, () => {}),
    );
    expect(tracing.spans().filter(span => span.name === 'process orders')).toHaveLength(2);
  });

  it('runs the work for an empty batch and for values that are not messages', () => {
    const messages = [null, undefined, 7, { carrier: 'text' }] as never[];
    expect(consumeBatch({ ...ORDERS, messages }, () => 'done')).toBe('done');
    expect(consumeBatch({ ...ORDERS, messages: [] }, () => 'done')).toBe('done');
    expect(tracing.spans().map(span => span.attributes['messaging.batch.message_count'])).toEqual([4, 0]);
  });

  it('creates no second span inside the span of an instrumentation for the same batch', () => {
    const attributes = {
      'messaging.system': 'test',
      'messaging.destination.name': 'orders',
      'messaging.batch.message_count': 2,
    };
    trace.span('receive orders', { kind: 'consumer', attributes }, () =>
      consumeBatch({ ...ORDERS, messages: [] }, () => {}),
    );
    expect(tracing.spans().map(span => span.name)).toEqual(['receive orders']);
  });
});
