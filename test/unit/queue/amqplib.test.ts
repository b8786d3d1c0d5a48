import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { amqplib } from '../../../src/queue/amqplib.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

describe('amqplib', () => {
  it('joins exchange, routing key and queue to the destination, without repetitions', () => {
    const publish = (_exchange: string, _key: string, content: Buffer): boolean => content.length === 1;
    const channel = { publish, sendToQueue: () => true };
    expect(amqplib.publish(channel, 'shop', 'orders.new', Buffer.from('x'))).toBe(true);
    amqplib.process('orders', { fields: { exchange: 'shop', routingKey: 'orders.new' } }, () => {});
    amqplib.process('orders', { fields: { exchange: '', routingKey: 'orders' } }, () => {});
    expect(tracing.spans().map(span => span.name)).toEqual([
      'publish shop:orders.new',
      'process shop:orders.new:orders',
      'process orders',
    ]);
  });

  it('fills a copy of the options of sendToQueue, and records routing key, message id and correlation id', () => {
    const sendToQueue = vi.fn<(...args: unknown[]) => boolean>(() => true);
    const channel = { publish: () => true, sendToQueue };
    const options = Object.freeze({
      messageId: 'm-1',
      correlationId: 'c-1',
      headers: Object.freeze({ a: 1 }),
    });
    expect(amqplib.sendToQueue(channel, 'orders', Buffer.from('x'), options)).toBe(true);
    const span = tracing.span('publish orders');
    expect(sendToQueue.mock.lastCall?.[2]).toMatchObject({
      messageId: 'm-1',
      headers: { a: 1, traceparent: expect.stringContaining(span.spanContext().spanId) as string },
    });
    expect(span.attributes).toMatchObject({
      'messaging.rabbitmq.destination.routing_key': 'orders',
      'messaging.message.id': 'm-1',
      'messaging.message.conversation_id': 'c-1',
    });
  });

  it('names the default exchange if exchange and routing key are empty', () => {
    const publish = (..._args: unknown[]): boolean => true;
    const channel = { publish, sendToQueue: () => true };
    amqplib.publish(channel, '', '', Buffer.from('x'));
    expect(tracing.spans().map(span => span.name)).toEqual(['publish amq.default']);
  });

  it('passes options that cannot be read to the channel unchanged', () => {
    const publish = vi.fn<(...args: unknown[]) => boolean>(() => true);
    const channel = { publish, sendToQueue: () => true, consume: () => {} };
    const options = {
      get headers(): object {
        throw new Error('unreadable');
      },
    };
    expect(amqplib.publish(channel, 'shop', 'orders', Buffer.from('x'), options)).toBe(true);
    expect(publish.mock.lastCall?.[3]).toBe(options);
    expect(tracing.spans()).toEqual([]);
  });

  it('adds only the send time if the channel is instrumented', () => {
    const publish = Object.assign(
      vi.fn<(...args: unknown[]) => boolean>(() => true),
      { __wrapped: true },
    );
    const channel = { publish, sendToQueue: () => true };
    amqplib.publish(channel, 'shop', 'orders', Buffer.from('x'), {});
    expect(publish.mock.lastCall?.[3]).toEqual({
      headers: { 'do-trace-sent-at': expect.any(String) as string },
    });
    expect(tracing.spans()).toEqual([]);
  });

  it('processes a message with the attributes of the caller', () => {
    const message = { fields: { routingKey: 'orders' }, properties: { messageId: 'm-1' } };
    const result = amqplib.process('orders', message, { attributes: { mine: 1 } }, span =>
      span.isRecording(),
    );
    expect(result).toBe(true);
    expect(tracing.span('process orders').attributes).toMatchObject({
      mine: 1,
      'messaging.message.id': 'm-1',
      'messaging.rabbitmq.destination.routing_key': 'orders',
    });
  });

  it.each([null, false])('runs the work for %s, which is no message, without a span', message => {
    expect(amqplib.process('orders', message, span => span.isRecording())).toBe(false);
    expect(amqplib.process('orders', message, { relation: 'link' }, () => 'done')).toBe('done');
    expect(tracing.spans()).toEqual([]);
  });
});
