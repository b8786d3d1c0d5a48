import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { amqpMessages } from '../../../src/queue/amqplib.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

describe('amqpMessages', () => {
  it('joins exchange, routing key and queue to the destination, without repetitions', () => {
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

  it('passes a cancellation to the consumer without a span', () => {
    let handler: (message: unknown) => unknown = () => 'not set';
    const channel = {
      publish: () => true,
      sendToQueue: () => true,
      consume(_queue: string, onMessage: (message: unknown) => unknown, options?: object) {
        handler = onMessage;
        return options;
      },
    };
    const received: unknown[] = [];
    const options = { noAck: true };
    expect(amqpMessages.consume(channel, 'orders', message => received.push(message), options)).toBe(options);
    handler(null);
    expect(received).toEqual([null]);
    expect(tracing.spans()).toEqual([]);
  });
});
