// RabbitMQ with amqplib: the context is in the message headers.
//
// If @opentelemetry/instrumentation-amqplib is active, it creates the spans, and these wrappers add only the queue time.

import { accessCarrier } from '../propagation/index.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { copyForClient } from './copy-for-client.js';
import { isInstrumentedMethod } from './existing-span.js';
import { createProcess } from './process.js';
import { publishMessage } from './publish.js';
import { writeSendTime } from './queue-time.js';
import type { Process } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required methods of amqplib's `Channel` and `ConfirmChannel`, with promises or callbacks. */
export interface AmqpChannel {
  publish(exchange: string, routingKey: string, ...rest: never[]): unknown;
  sendToQueue(queue: string, ...rest: never[]): unknown;
}

const SYSTEM = 'rabbitmq';

function publish<C extends Pick<AmqpChannel, 'publish'>>(
  channel: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  const [exchange, routingKey, content, options, ...rest] = args as unknown[];
  const send = (filledOptions: unknown): unknown =>
    Reflect.apply(channel.publish, channel, [exchange, routingKey, content, filledOptions, ...rest]);
  return sendInProducerSpan(channel, [exchange, routingKey], options, send) as ReturnType<C['publish']>;
}

function sendToQueue<C extends Pick<AmqpChannel, 'sendToQueue'>>(
  channel: C,
  ...args: Parameters<C['sendToQueue']>
): ReturnType<C['sendToQueue']> {
  const [queue, content, options, ...rest] = args as unknown[];
  const send = (filledOptions: unknown): unknown =>
    Reflect.apply(channel.sendToQueue, channel, [queue, content, filledOptions, ...rest]);
  return sendInProducerSpan(channel, [queue], options, send) as ReturnType<C['sendToQueue']>;
}

const processMessage = createProcess<string>('amqplib', SYSTEM, (queue, message) => {
  const { fields, properties } = asRecord(message);
  const { exchange, routingKey, redelivered } = asRecord(fields);
  const { headers, messageId, correlationId } = asRecord(properties);
  const distinctKey = routingKey === queue ? undefined : routingKey;
  return {
    carrier: headers,
    destination: [exchange, distinctKey, queue].filter(asText).join(':') || undefined,
    messageId: asText(messageId),
    redelivered: redelivered === true,
    attributes: createAttributes(routingKey, correlationId),
  };
});

/** amqplib calls a consumer with `null` when the broker cancels it, and `channel.get` returns `false` for an empty queue. */
const process: Process<string> = <T>(queue: string, message: unknown, ...rest: unknown[]): T => {
  const fn = rest.at(-1);
  if ((message === null || message === false) && typeof fn === 'function') return fn(NOOP_SPAN) as T;
  return Reflect.apply(processMessage, undefined, [queue, message, ...rest]) as T;
};

/**
 * RabbitMQ with amqplib.
 *
 * @example
 * amqplib.sendToQueue(channel, 'orders', Buffer.from(JSON.stringify(order)), { persistent: true });
 * await channel.consume('orders', message => amqplib.process('orders', message, () => confirm(message)));
 */
export const amqplib: {
  /** `channel.publish` in a PRODUCER span, with the parameters and result of the channel. */
  publish<C extends Pick<AmqpChannel, 'publish'>>(
    channel: C,
    ...args: Parameters<C['publish']>
  ): ReturnType<C['publish']>;
  /** `channel.sendToQueue` in a PRODUCER span, with the parameters and result of the channel. */
  sendToQueue<C extends Pick<AmqpChannel, 'sendToQueue'>>(
    channel: C,
    ...args: Parameters<C['sendToQueue']>
  ): ReturnType<C['sendToQueue']>;
  /** Processes a message of a queue in a CONSUMER span. A cancellation by the broker (`null`) has no span. */
  readonly process: Process<string>;
} = { publish, sendToQueue, process };

function sendInProducerSpan(
  channel: Partial<AmqpChannel>,
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
