// Kafka with kafkajs: the context is in the headers of each message.
//
// If @opentelemetry/instrumentation-kafkajs is active, it creates the spans, and these wrappers add only the queue time.

import { copyForClient } from './copy-for-client.js';
import { isInstrumentedMethod } from './existing-span.js';
import { createProcess, createProcessBatch, type ReadOptions } from './process.js';
import { publishMessages } from './publish.js';
import { readSendTimeOr, writeSendTime } from './queue-time.js';
import type { BatchMessage, Process, ProcessBatch } from './types.js';
import { asRecord, asText, type UnknownRecord } from './unknown-record.js';

/** The required methods of kafkajs's `Producer` and `Transaction`. */
export interface KafkaProducer {
  send(record: never): unknown;
  sendBatch(batch: never): unknown;
}

/** A topic, or an object that has it: the payload of `eachMessage`, the batch of `eachBatch`. */
export type KafkaSource = string | { readonly topic: string; readonly partition?: number | undefined };

const SYSTEM = 'kafka';

function send<P extends Pick<KafkaProducer, 'send'>>(
  producer: P,
  record: Parameters<P['send']>[0],
): ReturnType<P['send']> {
  const call = (producerRecord: unknown): ReturnType<P['send']> =>
    Reflect.apply(producer.send, producer, [producerRecord]) as ReturnType<P['send']>;
  const filledRecord = copyForClient(SYSTEM, () => copyTopicMessages(record));
  if (filledRecord === undefined) return call(record);
  return sendInProducerSpan(producer.send, 'send', [filledRecord], () => call(filledRecord));
}

function sendBatch<P extends Pick<KafkaProducer, 'sendBatch'>>(
  producer: P,
  batch: Parameters<P['sendBatch']>[0],
): ReturnType<P['sendBatch']> {
  const call = (producerBatch: unknown): ReturnType<P['sendBatch']> =>
    Reflect.apply(producer.sendBatch, producer, [producerBatch]) as ReturnType<P['sendBatch']>;
  const filledBatch = copyForClient(SYSTEM, () => {
    const { topicMessages, ...rest } = batch as { topicMessages: readonly unknown[] };
    return { ...rest, topicMessages: topicMessages.map(copyTopicMessages) };
  });
  if (filledBatch === undefined) return call(batch);
  return sendInProducerSpan(producer.sendBatch, 'sendBatch', filledBatch.topicMessages, () =>
    call(filledBatch),
  );
}

const process = createProcess<KafkaSource>('kafkajs', SYSTEM, (source, message) => {
  const { headers, timestamp, offset } = asRecord(message);
  const { destination, attributes } = readSource(source);
  return {
    carrier: headers,
    sentAt: readSendTimeOr(headers, asText(timestamp)),
    destination,
    attributes: { ...attributes, 'messaging.kafka.offset': parseOffset(offset) },
  };
});

const processBatch = createProcessBatch<KafkaSource>('kafkajs', SYSTEM, readSource, readMessage);

/**
 * Kafka with kafkajs.
 *
 * @example
 * await kafkajs.send(producer, { topic: 'orders', messages: [{ value: JSON.stringify(order) }] });
 * await consumer.run({
 *   eachMessage: payload => kafkajs.process(payload, payload.message, () => confirm(payload.message.value)),
 * });
 */
export const kafkajs: {
  /** `producer.send` in one PRODUCER span, whose context all messages of the record carry. */
  send<P extends Pick<KafkaProducer, 'send'>>(
    producer: P,
    record: Parameters<P['send']>[0],
  ): ReturnType<P['send']>;
  /** `producer.sendBatch` in one PRODUCER span, whose context all messages carry. */
  sendBatch<P extends Pick<KafkaProducer, 'sendBatch'>>(
    producer: P,
    batch: Parameters<P['sendBatch']>[0],
  ): ReturnType<P['sendBatch']>;
  /** Processes a message in a CONSUMER span. The source is the topic, or the payload of `eachMessage`. */
  readonly process: Process<KafkaSource>;
  /** Processes a batch in a CONSUMER span that has a link for each message. The source is the batch of `eachBatch`. */
  readonly processBatch: ProcessBatch<KafkaSource>;
} = { send, sendBatch, process, processBatch };

interface TopicMessages {
  readonly topic?: unknown;
  readonly messages: readonly (UnknownRecord & { readonly headers: Record<string, unknown> })[];
}

function copyTopicMessages(record: unknown): TopicMessages {
  const { messages, ...rest } = record as { messages: readonly UnknownRecord[] };
  return {
    ...rest,
    messages: messages.map(message => ({ ...message, headers: { ...asRecord(message.headers) } })),
  };
}

function sendInProducerSpan<T>(
  method: unknown,
  operation: string,
  records: readonly TopicMessages[],
  call: () => T,
): T {
  const messages = records.flatMap(record => record.messages);
  if (isInstrumentedMethod(method)) {
    for (const { headers } of messages) writeSendTime(headers);
    return call();
  }
  const topics = [...new Set(records.map(({ topic }) => asText(topic)))];
  const key = messages.length === 1 ? asText(messages[0]?.key) : undefined;
  const options = {
    system: SYSTEM,
    operation,
    // Messages of several topics have no common destination.
    ...(topics.length === 1 && topics[0] !== undefined && { destination: topics[0] }),
    messages: messages.map(({ headers }) => ({ carrier: headers })),
    attributes: key === undefined ? {} : { 'messaging.kafka.message.key': key },
  };
  return publishMessages(options, call);
}

function readSource(source: KafkaSource): { destination: string | undefined; attributes: UnknownAttributes } {
  const { topic, partition } = asRecord(source);
  return {
    destination: asText(source) ?? asText(topic),
    attributes: {
      'messaging.destination.partition.id': typeof partition === 'number' ? String(partition) : undefined,
    },
  };
}

type UnknownAttributes = Record<string, string | undefined>;

function readMessage(message: unknown): ReadOptions<BatchMessage> {
  const { headers, timestamp } = asRecord(message);
  return { carrier: headers, sentAt: readSendTimeOr(headers, asText(timestamp)) };
}

function parseOffset(offset: unknown): number | undefined {
  const value = Number(asText(offset));
  return Number.isSafeInteger(value) ? value : undefined;
}
