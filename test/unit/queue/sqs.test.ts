import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqs } from '../../../src/queue/sqs.js';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const QUEUE_TIME = 'messaging.message.queue_time_ms';
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

describe('sqs', () => {
  const QueueUrl = 'http://sqs.local/1/orders';
  const attribute = { DataType: 'String', StringValue: 'mine' };
  const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`a${i}`, attribute]));

  it('uses a system attribute if all ten attributes are in use', async () => {
    let sent: Dictionary = {};
    const client = {
      async send({ input }: { input: Dictionary }) {
        sent = input;
      },
    };
    const input = Object.freeze({ QueueUrl, MessageBody: 'x', MessageAttributes: ten });
    await trace.span('request', () => sqs.send(client, { input }));
    expect(sent.MessageAttributes).toEqual(ten);
    const { AWSTraceHeader } = sent.MessageSystemAttributes as { AWSTraceHeader: { StringValue: string } };

    const Attributes = { AWSTraceHeader: AWSTraceHeader.StringValue };
    sqs.process(QueueUrl, { MessageAttributes: ten, Attributes }, () => {});
    expect(tracing.span('process orders').parentSpanContext).toMatchObject({
      spanId: senderId(),
      traceId: tracing.span('request').spanContext().traceId,
    });
  });

  it('keeps an X-Ray header of the application', async () => {
    let sent: Dictionary = {};
    const client = { send: async ({ input }: { input: Dictionary }) => void (sent = input) };
    const MessageSystemAttributes = { AWSTraceHeader: attribute };
    await sqs.send(client, { input: { QueueUrl, MessageAttributes: ten, MessageSystemAttributes } });
    expect(sent.MessageSystemAttributes).toEqual(MessageSystemAttributes);
  });

  it('fills each entry of a batch', async () => {
    let sent: { Entries?: { Id: string; MessageAttributes: Record<string, { StringValue: string }> }[] } = {};
    const client = { send: async ({ input }: { input: object }) => void (sent = input) };
    await sqs.send(client, { input: { QueueUrl, Entries: [{ Id: '1' }, { Id: '2' }] } });
    expect(sent.Entries?.map(entry => entry.Id)).toEqual(['1', '2']);
    for (const { MessageAttributes } of sent.Entries ?? []) {
      expect(MessageAttributes.traceparent?.StringValue).toContain(senderId());
    }
    expect(tracing.span('send orders').attributes['messaging.batch.message_count']).toBe(2);
  });

  it('requests the attributes that it needs besides those of the caller', () => {
    const input = sqs.receiving({ QueueUrl, MessageAttributeNames: ['mine'], WaitTimeSeconds: 1 });
    expect(input).toMatchObject({ QueueUrl, WaitTimeSeconds: 1 });
    expect(input.MessageAttributeNames).toEqual(
      expect.arrayContaining(['mine', 'traceparent', 'tracecontext']),
    );
    expect(input.MessageSystemAttributeNames).toEqual(
      expect.arrayContaining(['SentTimestamp', 'ApproximateReceiveCount', 'AWSTraceHeader']),
    );
  });

  it('records the message id of SQS, and reads a record of a Lambda event', async () => {
    let sent: { MessageAttributes?: Record<string, { StringValue: string }> } = {};
    const client = {
      async send({ input }: { input: object }) {
        sent = input;
        return { MessageId: 'm-1' };
      },
    };
    await sqs.send(client, { input: { QueueUrl, MessageBody: 'x' } });
    expect(tracing.span('send orders').attributes['messaging.message.id']).toBe('m-1');

    const stringValue = sent.MessageAttributes?.traceparent?.StringValue;
    const record = {
      messageId: 'm-1',
      messageAttributes: { traceparent: { dataType: 'String', stringValue } },
      attributes: { SentTimestamp: String(NOW_MS - 20), ApproximateReceiveCount: '2' },
    };
    sqs.process(QueueUrl, record, () => {});
    const span = tracing.span('process orders');
    expect(span.parentSpanContext?.spanId).toBe(senderId());
    expect(span.attributes).toMatchObject({
      'messaging.message.id': 'm-1',
      'messaging.message.delivery_attempt': 2,
      [QUEUE_TIME]: 20,
    });
  });

  it('processes the records of a Lambda event together, under the name of the queue in its ARN', () => {
    const traceparent = { dataType: 'String', stringValue: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` };
    const record = { messageId: 'm-1', messageAttributes: { traceparent }, attributes: {} };
    sqs.processBatch('arn:aws:sqs:eu-central-1:123456789012:orders', [record, record], () => {});
    const span = tracing.span('process orders');
    expect(span.links.map(({ context }) => context.spanId)).toEqual(['2'.repeat(16), '2'.repeat(16)]);
    expect(span.links[0]?.attributes).toMatchObject({ 'messaging.message.id': 'm-1' });
  });
});
