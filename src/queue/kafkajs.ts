// Kafka by kafkajs: the context travels in the headers of each message.
//
// With @opentelemetry/instrumentation-kafkajs at work, the spans are its own: these wrappers then add the queue time only.

import { safeText } from '../core/diagnostics.js';
import { copyForClient, mergeAdapterOptions, type UnknownRecord, asRecord, asText } from './adapter-options.js';
import { consume } from './consume.js';
import { consumeBatch } from './consume-batch.js';
import { isInstrumentedMethod } from './existing-span.js';
import { publishBatch } from './publish.js';
import { readSendTimeOr, writeSendTime } from './queue-time.js';
import type { AdapterOptions, ConsumerOptions, ReceivedMessage } from './types.js';

/** What is used of kafkajs's `Producer` and `Transaction`. */
export interface KafkaProducer {
  send(record: never): unknown;
}

const SYSTEM = 'kafka';

/**
 * `producer.send` in one PRODUCER span, whose context all messages of the record carry.
 *
 * @param producer the producer, or a transaction
 * @param record kafkajs's own; it stays as it is
 */
function send<P extends KafkaProducer>(producer: P, record: Parameters<P['send']>[0]): ReturnType<P['send']> {
  const call = (one: unknown): ReturnType<P['send']> =>
    Reflect.apply(producer.send, producer, [one]) as ReturnType<P['send']>;
  const filled = copyForClient(SYSTEM, () => {
    const { messages, ...rest } = record as { messages: readonly UnknownRecord[] };
    return {
      ...rest,
      messages: messages.map(message => ({ ...message, headers: { ...asRecord(message.headers) } })),
    };
  });
  if (filled === undefined) return call(record);
  const { messages } = filled;
  if (isInstrumentedMethod(producer.send)) {
    for (const { headers } of messages) writeSendTime(headers);
    return call(filled);
  }
  const [first] = messages;
  const key = messages.length === 1 ? asText((first as UnknownRecord).key) : undefined;
  return publishBatch(
    {
      system: SYSTEM,
      destination: safeText(asRecord(filled).topic),
      messages: messages.map(({ headers }) => ({ carrier: headers })),
      attributes: key === undefined ? {} : { 'messaging.kafka.message.key': key },
    },
    () => call(filled),
  );
}

/**
 * A handler for `consumer.run({ eachMessage })`, each message in a CONSUMER span.
 *
 * @param fn the work
 * @param said further attributes, relation
 */
function eachMessage<A extends unknown[], R>(
  fn: (...args: A) => R,
  said?: ConsumerOptions,
): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { topic, partition, message } = asRecord(args[0]);
      return {
        ...receivedOf(asRecord(message)),
        destination: asText(topic),
        attributes: {
          'messaging.destination.partition.id': partition === undefined ? undefined : String(partition),
          'messaging.kafka.offset': offsetOf(asRecord(message).offset),
        },
      };
    };
    return consume(mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, said), () => fn(...args));
  };
}

/**
 * A handler for `consumer.run({ eachBatch })`, each batch in a CONSUMER span with a link for each message.
 *
 * @param fn the work
 * @param said further attributes
 */
function eachBatch<A extends unknown[], R>(fn: (...args: A) => R, said?: AdapterOptions): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { topic, partition, messages } = asRecord(asRecord(args[0]).batch);
      return {
        destination: asText(topic),
        messages: Array.isArray(messages) ? messages.map(message => receivedOf(asRecord(message))) : [],
        attributes: {
          'messaging.destination.partition.id': partition === undefined ? undefined : String(partition),
        },
      };
    };
    const bare = { system: SYSTEM, destination: 'unknown', messages: [] };
    return consumeBatch(mergeAdapterOptions(read, bare, said), () => fn(...args));
  };
}

/** Send, eachMessage and eachBatch, around kafkajs. */
export const kafkaMessages: {
  readonly send: typeof send;
  readonly eachMessage: typeof eachMessage;
  readonly eachBatch: typeof eachBatch;
} = { send, eachMessage, eachBatch };

function receivedOf({ headers, timestamp }: UnknownRecord): ReceivedMessage {
  const sentAt = readSendTimeOr(headers, asText(timestamp));
  return { carrier: headers, ...(sentAt !== undefined && { sentAt }) };
}

function offsetOf(offset: unknown): number | undefined {
  const value = Number(asText(offset));
  return Number.isSafeInteger(value) ? value : undefined;
}
