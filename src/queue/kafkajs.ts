// Kafka with kafkajs: the context is in the headers of each message.
//
// If @opentelemetry/instrumentation-kafkajs is active, it creates the spans, and these wrappers add only the queue time.

import { safeText } from '../core/diagnostics.js';
import { copyForClient, mergeAdapterOptions } from './adapter-options.js';
import { consume } from './consume.js';
import { consumeBatch } from './consume-batch.js';
import { isInstrumentedMethod } from './existing-span.js';
import { publishBatch } from './publish.js';
import { readSendTimeOr, writeSendTime } from './queue-time.js';
import type { AdapterOptions, ConsumerOptions, ReceivedMessage } from './types.js';
import { asRecord, asText, type UnknownRecord } from './unknown-record.js';

/** The required method of kafkajs's `Producer` and `Transaction`. */
export interface KafkaProducer {
  send(record: never): unknown;
}

const SYSTEM = 'kafka';

/**
 * `producer.send` in one PRODUCER span, whose context all messages of the record carry.
 *
 * @param producer the producer, or a transaction
 * @param record the record for kafkajs; not modified
 */
function send<P extends KafkaProducer>(producer: P, record: Parameters<P['send']>[0]): ReturnType<P['send']> {
  const call = (producerRecord: unknown): ReturnType<P['send']> =>
    Reflect.apply(producer.send, producer, [producerRecord]) as ReturnType<P['send']>;
  const filledRecord = copyForClient(SYSTEM, () => {
    const { messages, ...rest } = record as { messages: readonly UnknownRecord[] };
    return {
      ...rest,
      messages: messages.map(message => ({ ...message, headers: { ...asRecord(message.headers) } })),
    };
  });
  if (filledRecord === undefined) return call(record);
  const { messages } = filledRecord;
  if (isInstrumentedMethod(producer.send)) {
    for (const { headers } of messages) writeSendTime(headers);
    return call(filledRecord);
  }
  const [first] = messages;
  const key = messages.length === 1 ? asText((first as UnknownRecord).key) : undefined;
  return publishBatch(
    {
      system: SYSTEM,
      destination: safeText(asRecord(filledRecord).topic),
      messages: messages.map(({ headers }) => ({ carrier: headers })),
      attributes: key === undefined ? {} : { 'messaging.kafka.message.key': key },
    },
    () => call(filledRecord),
  );
}

/**
 * Creates a handler for `consumer.run({ eachMessage })` with each message in a CONSUMER span.
 *
 * @param fn the work
 * @param consumerOptions further attributes, relation
 */
function eachMessage<A extends unknown[], R>(
  fn: (...args: A) => R,
  consumerOptions?: ConsumerOptions,
): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { topic, partition, message } = asRecord(args[0]);
      return {
        ...readMessage(asRecord(message)),
        destination: asText(topic),
        attributes: {
          'messaging.destination.partition.id': partition === undefined ? undefined : String(partition),
          'messaging.kafka.offset': parseOffset(asRecord(message).offset),
        },
      };
    };
    const options = mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, consumerOptions);
    return consume(options, () => fn(...args));
  };
}

/**
 * Creates a handler for `consumer.run({ eachBatch })` with each batch in a CONSUMER span that has a link for each message.
 *
 * @param fn the work
 * @param adapterOptions further attributes
 */
function eachBatch<A extends unknown[], R>(
  fn: (...args: A) => R,
  adapterOptions?: AdapterOptions,
): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const { topic, partition, messages } = asRecord(asRecord(args[0]).batch);
      return {
        destination: asText(topic),
        messages: Array.isArray(messages) ? messages.map(message => readMessage(asRecord(message))) : [],
        attributes: {
          'messaging.destination.partition.id': partition === undefined ? undefined : String(partition),
        },
      };
    };
    const defaults = { system: SYSTEM, destination: 'unknown', messages: [] };
    return consumeBatch(mergeAdapterOptions(read, defaults, adapterOptions), () => fn(...args));
  };
}

/** Send, eachMessage and eachBatch for kafkajs. */
export const kafkaMessages: {
  readonly send: typeof send;
  readonly eachMessage: typeof eachMessage;
  readonly eachBatch: typeof eachBatch;
} = { send, eachMessage, eachBatch };

function readMessage({ headers, timestamp }: UnknownRecord): ReceivedMessage {
  const sentAt = readSendTimeOr(headers, asText(timestamp));
  return { carrier: headers, ...(sentAt !== undefined && { sentAt }) };
}

function parseOffset(offset: unknown): number | undefined {
  const value = Number(asText(offset));
  return Number.isSafeInteger(value) ? value : undefined;
}
