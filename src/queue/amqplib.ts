// RabbitMQ with amqplib: the context is in the message headers.
//
// If @opentelemetry/instrumentation-amqplib is active, it creates the spans, and these wrappers add only the queue time.

import { accessCarrier } from '../propagation/index.js';
import { copyForClient, mergeAdapterOptions } from './adapter-options.js';
import { consume as consumeMessage } from './consume.js';
import { isInstrumentedMethod } from './existing-span.js';
import { publish as publishMessage } from './publish.js';
import { writeSendTime } from './queue-time.js';
import type { ConsumerOptions } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required methods of amqplib's `Channel` and `ConfirmChannel`, with promises or callbacks. */
export interface AmqpChannel {
  publish(exchange: string, routingKey: string, ...rest: never[]): unknown;
  sendToQueue(queue: string, ...rest: never[]): unknown;
  consume(queue: string, ...rest: never[]): unknown;
}

/** The message that a channel hands to its consumer. */
type MessageOf<C extends AmqpChannel> =
  Parameters<C['consume']> extends [string, (message: infer M) => unknown, ...unknown[]] ? M : unknown;

const SYSTEM = 'rabbitmq';

/** `channel.publish` in a PRODUCER span, with the parameters and result of the channel. */
function publish<C extends AmqpChannel>(
  channel: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  const [exchange, routingKey, content, options, ...rest] = args as unknown[];
  const send = (filledOptions: unknown): unknown =>
    Reflect.apply(channel.publish, channel, [exchange, routingKey, content, filledOptions, ...rest]);
  return sendInProducerSpan(channel, [exchange, routingKey], options, send) as ReturnType<C['publish']>;
}

/** `channel.sendToQueue` in a PRODUCER span, with the parameters and result of the channel. */
function sendToQueue<C extends AmqpChannel>(
  channel: C,
  ...args: Parameters<C['sendToQueue']>
): ReturnType<C['sendToQueue']> {
  const [queue, content, options, ...rest] = args as unknown[];
  const send = (filledOptions: unknown): unknown =>
    Reflect.apply(channel.sendToQueue, channel, [queue, content, filledOptions, ...rest]);
  return sendInProducerSpan(channel, [queue], options, send) as ReturnType<C['sendToQueue']>;
}

/**
 * `channel.consume` with each message in a CONSUMER span. A cancellation by the broker (`null`) has no span.
 *
 * @param channel the channel
 * @param queue the name of the queue
 * @param onMessage the work, including the acknowledgement
 * @param options the options of amqplib
 * @param consumerOptions further attributes, relation
 */
function consume<C extends AmqpChannel>(
  channel: C,
  queue: string,
  onMessage: (message: MessageOf<C>) => unknown,
  options?: Parameters<C['consume']>[2],
  consumerOptions?: ConsumerOptions,
): ReturnType<C['consume']> {
  const handler = (message: MessageOf<C>): unknown =>
    message === null
      ? onMessage(message)
      : process(queue, message, () => onMessage(message), consumerOptions);
  return Reflect.apply(channel.consume, channel, [queue, handler, options]) as ReturnType<C['consume']>;
}

/**
 * Processes one message in a CONSUMER span, for `channel.get` and consumers without `amqpMessages.consume`.
 *
 * @param queue the name of the queue
 * @param message the message
 * @param fn the work
 * @param consumerOptions further attributes, relation
 */
function process<T>(queue: string, message: unknown, fn: () => T, consumerOptions?: ConsumerOptions): T {
  const read = (): object => {
    const { fields, properties } = asRecord(message);
    const { exchange, routingKey, redelivered } = asRecord(fields);
    const { headers, messageId, correlationId } = asRecord(properties);
    const distinctKey = routingKey === queue ? undefined : routingKey;
    return {
      carrier: headers,
      destination: [exchange, distinctKey, queue].filter(asText).join(':'),
      messageId: asText(messageId),
      redelivered: redelivered === true,
      attributes: createAttributes(routingKey, correlationId),
    };
  };
  const options = mergeAdapterOptions(read, { system: SYSTEM, destination: queue }, consumerOptions);
  return consumeMessage(options, fn);
}

/** Publish, sendToQueue, consume and process for amqplib. */
export const amqpMessages: {
  readonly publish: typeof publish;
  readonly sendToQueue: typeof sendToQueue;
  readonly consume: typeof consume;
  readonly process: typeof process;
} = { publish, sendToQueue, consume, process };

function sendInProducerSpan(
  channel: AmqpChannel,
  path: readonly unknown[],
  options: unknown,
  send: (filledOptions: unknown) => unknown,
): unknown {
  const filledOptions = copyForClient(SYSTEM, () => ({
    ...asRecord(options),
    headers: { ...asRecord(asRecord(options).headers) },
  }));
  if (filledOptions === undefined) return send(options);
  if (isInstrumentedMethod(channel.publish)) {
    writeSendTime(filledOptions.headers);
    return send(filledOptions);
  }
  const { messageId, correlationId } = filledOptions as { messageId?: unknown; correlationId?: unknown };
  const id = asText(messageId);
  const publishOptions = {
    system: SYSTEM,
    destination: path.filter(asText).join(':') || 'amq.default',
    operation: 'publish',
    carrier: accessCarrier(filledOptions.headers),
    attributes: createAttributes(path.at(-1), correlationId),
    ...(id !== undefined && { messageId: id }),
  };
  return publishMessage(publishOptions, () => send(filledOptions));
}

function createAttributes(routingKey: unknown, correlationId: unknown): Record<string, string> {
  const key = asText(routingKey);
  const conversationId = asText(correlationId);
  return {
    ...(key && { 'messaging.rabbitmq.destination.routing_key': key }),
    ...(conversationId && { 'messaging.message.conversation_id': conversationId }),
  };
}
