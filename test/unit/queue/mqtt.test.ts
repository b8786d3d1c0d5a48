import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mqttMessages } from '../../../src/queue/mqtt.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

describe('mqttMessages', () => {
  it('adds the context to the user properties of a copy of the options', async () => {
    const publishAsync = vi.fn<(...args: unknown[]) => Promise<string>>(async () => 'confirmed');
    const options = Object.freeze({
      qos: 1,
      properties: Object.freeze({ contentType: 'text', userProperties: Object.freeze({ mine: 'stays' }) }),
    });
    const result = mqttMessages.publish(
      { publishAsync },
      ...(['orders', 'x', options] as never[] as [never]),
    );
    expect(await result).toBe('confirmed');
    const { spanId } = tracing.span('publish orders').spanContext();
    expect(publishAsync.mock.calls).toEqual([
      [
        'orders',
        'x',
        {
          qos: 1,
          properties: {
            contentType: 'text',
            userProperties: {
              mine: 'stays',
              traceparent: expect.stringContaining(spanId) as string,
              'trace-sent-at': expect.any(String) as string,
            },
          },
        },
      ],
    ]);
  });

  it('passes options that cannot be read to the client unchanged', () => {
    const publishAsync = vi.fn<(...args: unknown[]) => string>(() => 'sent');
    const options = {
      get properties(): object {
        throw new Error('unreadable');
      },
    };
    const args = ['orders', 'x', options] as const;
    expect(mqttMessages.publish({ publishAsync }, ...args)).toBe('sent');
    expect(publishAsync.mock.lastCall?.[2]).toBe(options);
    expect(tracing.spans()).toEqual([]);
  });

  it.each([
    [{ destination: 'orders/{id}' }, 'process orders/{id}'],
    [undefined, 'process orders/4711'],
  ])('processes a message with the options %j', (consumerOptions, name) => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const packet = { properties: { userProperties: { traceparent } }, dup: false };
    const listener = mqttMessages.listener((...args: unknown[]) => args.length, consumerOptions);
    expect(listener('orders/4711', Buffer.from('x'), packet)).toBe(3);
    expect(tracing.span(name).parentSpanContext?.spanId).toBe('2'.repeat(16));
  });

  it('links a late duplicate to its sender', () => {
    const userProperties = {
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      'trace-sent-at': String(Date.now() - 3_600_000),
    };
    const listener = mqttMessages.listener((...args: unknown[]) => args.length);
    listener('orders', 'x', { properties: { userProperties }, dup: true });
    const span = tracing.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map(({ context }) => context.spanId)).toEqual(['2'.repeat(16)]);
  });
});
