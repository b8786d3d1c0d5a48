// RabbitMQ by amqplib: the context travels in the headers.
//
// With @opentelemetry/instrumentation-amqplib at work, the spans are its own: these wrappers then add the queue time only.

import { accessCarrier } from '../propagation/index.js';
import { copyForClient, mergeAdapterOptions, asRecord, asText } from './adapter-options.js';
import { consume as consumeMessage } from './consume.js';
import { isInstrumentedMethod } from './existing-span.js';
import { publish as publishMessage } from './publish.js';
import { writeSendTime } from './queue-time.js';
import type { ConsumerOptions } from './types.js';

/** What is used of amqplib's `Channel` and `ConfirmChannel`, promises or callbacks. */
export interface AmqpChannel {
  publish(exchange: string, routingKey: string, ...rest: never[]): unknown;
  sendToQueue(queue: string, ...rest: never[]): unknown;
  consume(queue: string, ...rest: never[]): unknown;
}

/** The message that amqplib hands to a channel's consumer. */
type MessageOf<C extends AmqpChannel> =
  Parameters<C['consume']> extends [string, (message: infer M) => unknown, ...unknown[]] ? M : unknown;

const SYSTEM = 'rabbitmq';

/** `channel.publish` in a PRODUCER span; parameters and result are the channel's own. */
function publish<C extends AmqpChannel>(
  channel: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  const [exchange, routingKey, content, options, ...rest] = args as unknown[];
  const send = (filled: unknown): unknown =>
    Reflect.apply(channel.publish, channel, [exchange, routingKey, content, filled, ...rest]);
  return inProducerSpan(channel, [exchange, routingKey], options, send) as ReturnType<C['publish']>;
}

/** `channel.sendToQueue` in a PRODUCER span; parameters and result are the channel's own. */
function sendToQueue<C extends AmqpChannel>(
  channel: C,
  ...args: Parameters<C['sendToQueue']>
): ReturnType<C['sendToQueue']> {
  const [queue, content, options, ...rest] = args as unknown[];
  const send = (filled: unknown): unknown =>
    Reflect.apply(channel.sendToQueue, channel, [queue, content, filled, ...rest]);
  return inProducerSpan(channel, [queue], options, send) as ReturnType<C['sendToQueue']>;
}

/**
 * `channel.consume`, each message in a CONSUMER span. Without a message (the broker cancelled) there is no span.
 *
 * @param channel the channel
 * @param queue the queue
 * @param onMessage the work; acknowledge in it as ever
 * @param options amqplib's own
 * @param said further attributes, relation
 */
function consume<C extends AmqpChannel>(
  channel: C,
  queue: string,
  onMessage: (message: MessageOf<C>) => unknown,
  options?: Parameters<C['consume']>[2],
  said?: ConsumerOptions,
): ReturnType<C['consume']> {
  const handler = (message: MessageOf<C>): unknown =>
    message === null ? onMessage(message) : process(queue, message, () => onMessage(message), said);
  return Reflect.apply(channel.consume, channel, [queue, handler, options]) as ReturnType<C['consume']>;
}

/**
 * Processes one message in a CONSUMER span: for `channel.get`, or a consumer that is set up elsewhere.
 *
 * @param queue the queue it came from
 * @param message the message
 * @param fn the work
 * @param said further attributes, relation
 */
function process<T>(queue: string, message: unknown, fn: () => T, said?: ConsumerOptions): T {
  const read = (): object => {
    const { fields, properties } = asRecord(message);
    const { exchange, routingKey, redelivered } = asRecord(fields);
    const { headers, messageId, correlationId } = asRecord(properties);
    const key = routingKey === queue ? undefined : routingKey;
    return {
      carrier: headers,
      destination: [exchange, key, queue].filter(asText).join(':'),
      messageId: asText(messageId),
      redelivered: redelivered === true,
      attributes: attributesOf(routingKey, correlationId),
    };
  };
  return consumeMessage(mergeAdapterOptions(read, { system: SYSTEM, destination: queue }, said), fn);
}

/** Publish, sendToQueue, consume and process, around amqplib. */
export const amqpMessages: {
  readonly publish: typeof publish;
  readonly sendToQueue: typeof sendToQueue;
  readonly consume: typeof consume;
  readonly process: typeof process;
} = { publish, sendToQueue, consume, process };

function inProducerSpan(
  channel: AmqpChannel,
  path: readonly unknown[],
  options: unknown,
  send: (options: unknown) => unknown,
): unknown {
  const filled = copyForClient(SYSTEM, () => ({ ...asRecord(options), headers: { ...asRecord(asRecord(options).headers) } }));
  if (filled === undefined) return send(options);
  if (isInstrumentedMethod(channel.publish)) {
    writeSendTime(filled.headers);
    return send(filled);
  }
  const { messageId, correlationId } = filled as { messageId?: unknown; correlationId?: unknown };
  const said = {
    system: SYSTEM,
    destination: path.filter(asText).join(':') || 'amq.default',
    operation: 'publish',
    carrier: accessCarrier(filled.headers),
    attributes: attributesOf(path.at(-1), correlationId),
  };
  const id = asText(messageId);
  return publishMessage(id === undefined ? said : { ...said, messageId: id }, () => send(filled));
}

function attributesOf(routingKey: unknown, correlationId: unknown): Record<string, string> {
  const key = asText(routingKey);
  const conversation = asText(correlationId);
  return {
    ...(key && { 'messaging.rabbitmq.destination.routing_key': key }),
    ...(conversation && { 'messaging.message.conversation_id': conversation }),
  };
}
