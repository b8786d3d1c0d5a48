import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  amqpMessages,
  bullmqJobs,
  kafkaMessages,
  natsMessages,
  redisStreamEntries,
  sqsMessages,
} from '../../../src/queue/index.js';
import { trace } from '../../../src/span/trace.js';
import { ownTracing, type TestTracing } from '../../support/providers.js';

const QUEUE_TIME = 'messaging.message.queue_time_ms';
const NOW_MS = Date.UTC(2026, 0, 31, 10);
type Dictionary = Record<string, unknown>;

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  tracing = ownTracing();
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

describe('amqpMessages', () => {
  it('names the destination by exchange, routing key and queue, as far as they differ', () => {
    const publish = (_exchange: string, _key: string, content: Buffer): boolean => content.length === 1;
    const channel = { publish, sendToQueue: () => true, consume: () => {} };
    expect(amqpMessages.publish(channel, 'shop', 'orders.new', Buffer.from('x'))).toBe(true);
    amqpMessages.process('orders', { fields: { exchange: 'shop', routingKey: 'orders.new' } }, () => {});
    amqpMessages.process('orders', { fields: { exchange: '', routingKey: 'orders' } }, () => {});
    expect(tracing.spans().map(span => span.name)).toEqual([
      'publish shop:orders.new',
      'process shop:orders.new:orders',
      'process orders',
    ]);
  });

  it('hands a cancellation on without a span', () => {
    let handler: (message: unknown) => unknown = () => 'not set';
    const channel = {
      publish: () => true,
      sendToQueue: () => true,
      consume(_queue: string, onMessage: (message: unknown) => unknown, options?: object) {
        handler = onMessage;
        return options;
      },
    };
    const seen: unknown[] = [];
    const options = { noAck: true };
    expect(amqpMessages.consume(channel, 'orders', message => seen.push(message), options)).toBe(options);
    handler(null);
    expect(seen).toEqual([null]);
    expect(tracing.spans()).toEqual([]);
  });
});

describe('kafkaMessages', () => {
  it('sends many messages in one span and links a batch to each sender', async () => {
    let record: Dictionary & { messages?: { headers: Dictionary }[] } = {};
    const producer = {
      async send(one: { topic: string; messages: object[]; acks: number }) {
        record = one as never;
      },
    };
    await kafkaMessages.send(producer, { topic: 'orders', acks: -1, messages: [{}, {}, {}] });
    expect(record.acks).toBe(-1);
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(3);

    const batch = { topic: 'orders', partition: 0, messages: record.messages };
    const result = kafkaMessages.eachBatch<[unknown], string>(() => 'done')({ batch });
    expect(result).toBe('done');
    expect(consumerLinks()).toEqual([senderId(), senderId(), senderId()]);
    expect(tracing.span('process orders').attributes).toMatchObject({
      'messaging.batch.message_count': 3,
      'messaging.destination.partition.id': '0',
      'messaging.batch.max_queue_time_ms': 0,
    });
  });

  it('survives a batch that is none', () => {
    for (const payload of [undefined, {}, { batch: null }, { batch: { messages: 7 } }]) {
      expect(kafkaMessages.eachBatch<[unknown], string>(() => 'done')(payload)).toBe('done');
    }
  });
});

describe('bullmqJobs', () => {
  const queue = { name: 'orders', add: async () => {}, addBulk: async (_jobs: object[]) => {} };
  const jobOf = (opts: object, more: object = {}): object => ({ queueName: 'orders', opts, ...more });
  const processed = (job: object): void => bullmqJobs.processor((_job: object) => {})(job);

  it('adds many jobs in one span', async () => {
    const addBulk = vi.fn<(jobs: object[]) => Promise<void>>(async () => {});
    await bullmqJobs.addBulk({ ...queue, addBulk }, [{ name: 'a', opts: { priority: 1 } }, { name: 'b' }]);
    const [jobs] = addBulk.mock.lastCall as [{ opts: { priority?: number; telemetry: Dictionary } }[]];
    for (const { opts } of jobs) expect(String(opts.telemetry.metadata)).toContain(senderId());
    expect(jobs[0]?.opts.priority).toBe(1);
  });

  it('reads what bullmq-otel writes, and writes what it reads', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    processed(jobOf({ telemetry: { metadata: JSON.stringify({ traceparent }) } }));
    expect(tracing.span('process orders').parentSpanContext).toMatchObject({ spanId: 'b'.repeat(16) });

    const add = vi.fn<(...args: unknown[]) => Promise<void>>(async () => {});
    await bullmqJobs.add({ ...queue, add }, 'confirm', {});
    const options = add.mock.lastCall?.[2] as { telemetry: { metadata: string } } | undefined;
    expect(JSON.parse(options?.telemetry.metadata ?? '{}')).toEqual({
      traceparent: expect.stringContaining(senderId()) as string,
    });
  });

  it('leaves the context out where BullMQ was told to', async () => {
    const add = vi.fn<(...args: unknown[]) => Promise<void>>(async () => {});
    await bullmqJobs.add({ ...queue, add }, 'confirm', {}, { telemetry: { omitContext: true } });
    expect(add.mock.lastCall?.[2]).toEqual({ telemetry: { omitContext: true } });
  });

  it('does not count a wanted delay as time in the queue', () => {
    processed(jobOf({ delay: 9_000 }, { timestamp: NOW_MS - 10_000 }));
    expect(tracing.span('process orders').attributes[QUEUE_TIME]).toBe(1_000);
  });

  it('links the jobs of a schedule, and late attempts, to their sender', () => {
    const metadata = JSON.stringify({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    const opts = { telemetry: { metadata } };
    const late = { attemptsMade: 1, timestamp: NOW_MS - 120_000 };
    for (const job of [
      jobOf(opts, { repeatJobKey: 'k' }),
      jobOf({ ...opts, repeat: {} }),
      jobOf(opts, late),
    ]) {
      tracing.reset();
      processed(job);
      expect(consumerLinks()).toEqual(['b'.repeat(16)]);
      expect(tracing.span('process orders').parentSpanContext).toBeUndefined();
    }
    expect(tracing.span('process orders').attributes['messaging.message.delivery_attempt']).toBe(2);
  });
});

describe('natsMessages', () => {
  it('publishes without headers, where the trace then ends', () => {
    const publish = vi.fn<(...args: unknown[]) => void>();
    natsMessages.publish({ publish }, 'orders', 'x');
    expect(publish).toHaveBeenCalledWith('orders', 'x');
  });

  it("reads JetStream's own time and delivery count", () => {
    const info = { redeliveryCount: 3, timestampNanos: (NOW_MS - 500) * 1e6 };
    natsMessages.process({ subject: 'orders', info }, () => {});
    const { attributes } = tracing.span('process orders');
    expect(attributes['messaging.message.delivery_attempt']).toBe(3);
    expect(attributes[QUEUE_TIME]).toBeCloseTo(500, 0);
  });
});

describe('redisStreamEntries', () => {
  it('trims, and takes an id, as each client wants it', async () => {
    const xadd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    const xAdd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    await redisStreamEntries.add({ xadd }, 's', { a: 1 }, { id: '1-1', maxLen: 9 });
    await redisStreamEntries.add({ xAdd }, 's', { a: 1 }, { id: '1-1', maxLen: 9 });
    expect(xadd.mock.lastCall?.slice(0, 7)).toEqual(['s', 'MAXLEN', '~', 9, '1-1', 'a', '1']);
    expect(xadd.mock.lastCall).toContain('trace-sent-at');
    expect(xAdd.mock.lastCall).toEqual([
      's',
      '1-1',
      expect.objectContaining({ a: '1', 'trace-sent-at': String(NOW_MS) }),
      { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: 9 } },
    ]);
  });

  it('does not take an id of the application for a time', () => {
    redisStreamEntries.process('s', ['5-1', []], () => {});
    expect(tracing.span('process s').attributes).not.toHaveProperty([QUEUE_TIME]);
  });

  it('links a batch to each sender', async () => {
    const entries: unknown[] = [];
    const redis = {
      async xadd(_stream: string, _id: string, ...fields: string[]) {
        entries.push([`${NOW_MS}-${entries.length}`, fields]);
      },
    };
    await redisStreamEntries.add(redis, 's', { a: 1 });
    expect(redisStreamEntries.processBatch('s', entries, () => 'done')).toBe('done');
    expect(consumerLinks()).toEqual([senderId()]);
  });
});

describe('sqsMessages', () => {
  const QueueUrl = 'http://sqs.local/1/orders';
  const attribute = { DataType: 'String', StringValue: 'mine' };
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, attribute]));

  it('sends through a system attribute where all ten attributes are in use', async () => {
    let sent: Dictionary = {};
    const client = {
      async send({ input }: { input: Dictionary }) {
        sent = input;
      },
    };
    const input = Object.freeze({ QueueUrl, MessageBody: 'x', MessageAttributes: ten });
    await trace.span('request', () => sqsMessages.send(client, { input }));
    expect(sent.MessageAttributes).toEqual(ten);
    const { AWSTraceHeader } = sent.MessageSystemAttributes as { AWSTraceHeader: { StringValue: string } };

    const Attributes = { AWSTraceHeader: AWSTraceHeader.StringValue };
    sqsMessages.process(QueueUrl, { MessageAttributes: ten, Attributes }, () => {});
    expect(tracing.span('process orders').parentSpanContext).toMatchObject({
      spanId: senderId(),
      traceId: tracing.span('request').spanContext().traceId,
    });
  });

  it("keeps an X-Ray header that is the application's own", async () => {
    let sent: Dictionary = {};
    const client = { send: async ({ input }: { input: Dictionary }) => void (sent = input) };
    const MessageSystemAttributes = { AWSTraceHeader: attribute };
    await sqsMessages.send(client, { input: { QueueUrl, MessageAttributes: ten, MessageSystemAttributes } });
    expect(sent.MessageSystemAttributes).toEqual(MessageSystemAttributes);
  });

  it('fills each entry of a batch', async () => {
    let sent: { Entries?: { Id: string; MessageAttributes: Record<string, { StringValue: string }> }[] } = {};
    const client = { send: async ({ input }: { input: object }) => void (sent = input) };
    await sqsMessages.send(client, { input: { QueueUrl, Entries: [{ Id: '1' }, { Id: '2' }] } });
    expect(sent.Entries?.map(entry => entry.Id)).toEqual(['1', '2']);
    for (const { MessageAttributes } of sent.Entries ?? []) {
      expect(MessageAttributes.traceparent?.StringValue).toContain(senderId());
    }
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(2);
  });

  it('asks for what it needs, and for what the caller wants', () => {
    const input = sqsMessages.receiving({ QueueUrl, MessageAttributeNames: ['mine'], WaitTimeSeconds: 1 });
    expect(input).toMatchObject({ QueueUrl, WaitTimeSeconds: 1 });
    expect(input.MessageAttributeNames).toEqual(
      expect.arrayContaining(['mine', 'traceparent', 'tracecontext']),
    );
    expect(input.MessageSystemAttributeNames).toEqual(
      expect.arrayContaining(['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader']),
    );
  });

  it('notes the id that SQS gives, and reads a record of a Lambda event', async () => {
    let sent: { MessageAttributes?: Record<string, { StringValue: string }> } = {};
    const client = {
      async send({ input }: { input: object }) {
        sent = input;
        return { MessageId: 'm-1' };
      },
    };
    await sqsMessages.send(client, { input: { QueueUrl, MessageBody: 'x' } });
    expect(tracing.span('send orders').attributes['messaging.message.id']).toBe('m-1');

    const stringValue = sent.MessageAttributes?.traceparent?.StringValue;
    const record = {
      messageId: 'm-1',
      messageAttributes: { traceparent: { dataType: 'String', stringValue } },
      attributes: { SentTimestamp: String(NOW_MS - 20), ApproximateReceiveCount: '2' },
    };
    sqsMessages.process(QueueUrl, record, () => {});
    const span = tracing.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(senderId());
    expect(span.attributes).toMatchObject({
      'messaging.message.id': 'm-1',
      'messaging.message.delivery_attempt': 2,
      [QUEUE_TIME]: 20,
    });
  });
});
