import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kafkajs } from '../../../src/queue/kafkajs.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const NOW_MS = Date.UTC(2026, 0, 31, 10);
type Dictionary = Record<string, unknown>;

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  tracing = startOwnTracing();
});
afterEach(async () => {
  vi.useRealTimers();
  await tracing.stop();
});

const senderId = (): string => {
  const producer = tracing.spans().find(span => span.kind === SpanKind.PRODUCER);
  return producer?.spanContext().spanId ?? 'none';
};
const consumerLinks = (): string[] => {
  const consumer = tracing.spans().find(span => span.kind === SpanKind.CONSUMER);
  return consumer?.links.map(link => link.context.spanId) ?? [];
};

describe('kafkajs', () => {
  it('sends many messages in one span and links a batch to each sender', async () => {
    let sentRecord: Dictionary & { messages?: { headers: Dictionary }[] } = {};
    const producer = {
      async send(record: { topic: string; messages: object[]; acks: number }) {
        sentRecord = record as never;
      },
    };
    await kafkajs.send(producer, { topic: 'orders', acks: -1, messages: [{}, {}, {}] });
    expect(sentRecord.acks).toBe(-1);
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(3);

    const batch = { topic: 'orders', partition: 0, messages: sentRecord.messages ?? [] };
    expect(kafkajs.processBatch(batch, batch.messages, span => span.isRecording())).toBe(true);
    expect(consumerLinks()).toEqual([senderId(), senderId(), senderId()]);
    expect(tracing.span('process orders').attributes).toMatchObject({
      'messaging.batch.message_count': 3,
      'messaging.destination.partition.id': '0',
      'messaging.batch.max_queue_time_ms': 0,
    });
  });

  it('records the key of a single message, and its partition and offset at the receiver', async () => {
    const send = vi.fn<(record: object) => Promise<void>>(async () => {});
    await kafkajs.send({ send }, { topic: 'orders', messages: [{ key: 'k-1' }] } as never);
    expect(tracing.span('send orders').attributes['messaging.kafka.message.key']).toBe('k-1');

    const payload = {
      topic: 'orders',
      partition: 3,
      message: { offset: '12', timestamp: String(NOW_MS - 5) },
    };
    expect(kafkajs.process(payload, payload.message, () => 'done')).toBe('done');
    expect(tracing.span('process orders').attributes).toMatchObject({
      'messaging.destination.partition.id': '3',
      'messaging.kafka.offset': 12,
      'messaging.message.queue_time_ms': 5,
    });
  });

  it('passes a record that cannot be read to the producer unchanged', () => {
    const send = vi.fn<(record: object) => string>(() => 'sent');
    const record = {
      topic: 'orders',
      get messages(): [] {
        throw new Error('unreadable');
      },
    };
    expect(kafkajs.send({ send }, record)).toBe('sent');
    expect(send.mock.lastCall?.[0]).toBe(record);
    expect(tracing.spans()).toEqual([]);
  });

  it('adds only the send time if the producer is instrumented', async () => {
    let sentRecord: { messages?: { headers: Dictionary }[] } = {};
    const send = Object.assign(async (record: object) => void (sentRecord = record), { __wrapped: true });
    await kafkajs.send({ send }, { topic: 'orders', messages: [{}] } as never);
    expect(sentRecord.messages).toEqual([{ headers: { 'do-trace-sent-at': String(NOW_MS) } }]);
    expect(tracing.spans()).toEqual([]);
  });

  it('sends a batch of several topics in one span without a destination', async () => {
    let sent: { topicMessages?: { topic: string; messages: { headers: Dictionary }[] }[] } = {};
    const sendBatch = async (batch: object): Promise<void> => void (sent = batch);
    const record = { messages: Object.freeze([Object.freeze({ value: 'x' })]) };
    const topicMessages = Object.freeze([
      { topic: 'a', ...record },
      { topic: 'b', ...record },
    ]);
    await kafkajs.sendBatch({ sendBatch }, { acks: 1, topicMessages });
    const span = tracing.span('sendBatch');
    expect(span.attributes).not.toHaveProperty(['messaging.destination.name']);
    expect(span.attributes['messaging.batch.message_count']).toBe(2);
    expect(sent).toMatchObject({ acks: 1 });
    for (const { messages } of sent.topicMessages ?? []) {
      expect(String(messages[0]?.headers.traceparent)).toContain(senderId());
    }
  });

  it('runs the work for messages that are not a list', () => {
    for (const messages of [undefined, null, 7, {}]) {
      expect(kafkajs.processBatch('orders', messages as never, () => 'done')).toBe('done');
      expect(kafkajs.processBatch({ topic: 'orders' }, messages as never, {}, () => 'done')).toBe('done');
    }
    expect(tracing.spans()).toHaveLength(8);
  });
});
