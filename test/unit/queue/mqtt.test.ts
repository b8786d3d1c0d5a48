import { afterEach, beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { mqtt } from '../../../src/queue/mqtt.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

describe('mqtt', () => {
  it('adds the context to the user properties of a copy of the options', async () => {
    const publishAsync = vi.fn<(...args: unknown[]) => Promise<string>>(async () => 'confirmed');
    const options = Object.freeze({
      qos: 1,
      properties: Object.freeze({ contentType: 'text', userProperties: Object.freeze({ mine: 'stays' }) }),
    });
    const result = mqtt.publishAsync({ publishAsync }, ...(['orders', 'x', options] as never[] as [never]));
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
              'do-trace-sent-at': expect.any(String) as string,
            },
          },
        },
      ],
    ]);
  });

  it('records the topic beside the subscription, which is part of the span name', () => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const packet = { topic: 'orders/4711', properties: { userProperties: { traceparent } }, dup: false };
    expect(mqtt.process('orders/+', packet, span => span.isRecording())).toBe(true);
    const span = tracing.span('process orders/+');
    expect(span.parentSpanContext?.spanId).toBe('2'.repeat(16));
    expect(span.attributes).toMatchObject({
      'messaging.destination.name': 'orders/4711',
      'messaging.destination.template': 'orders/+',
    });
    mqtt.process('orders/4711', packet, () => {});
    expect(tracing.span('process orders/4711').attributes).not.toHaveProperty([
      'messaging.destination.template',
    ]);
  });

  describe('publish', () => {
    type Callback = (error?: Error) => void;
    let confirm: Callback;
    const client: { publish: Mock<(...args: unknown[]) => unknown> } = {
      publish: vi.fn<(...args: unknown[]) => unknown>((...args) => {
        confirm = args.at(-1) as Callback;
        return client;
      }),
    };

    it.each([
      ['with options and callback', [{ qos: 1 }, vi.fn<Callback>()]],
      ['with a callback', [vi.fn<Callback>()]],
      ['without a callback', [{ qos: 1 }]],
    ] as const)('%s ends the span when the broker confirms the message', async (_, rest) => {
      expect(mqtt.publish(client, 'orders', 'x', ...rest)).toBe(client);
      await Promise.resolve();
      expect(tracing.spans()).toEqual([]);
      confirm();
      await vi.waitFor(() => expect(tracing.spans()).toHaveLength(1));
      const callback = rest.at(-1);
      if (typeof callback === 'function') expect(callback.mock.calls).toEqual([[]]);
      const options = client.publish.mock.lastCall?.[2] as { properties: { userProperties: object } };
      expect(options.properties.userProperties).toHaveProperty('traceparent');
    });

    it('records an error of the broker, which the callback gets', async () => {
      const error = new Error('no connection');
      const callback = vi.fn<Callback>();
      mqtt.publish(client, 'orders', 'x', callback);
      confirm(error);
      expect(callback.mock.calls).toEqual([[error]]);
      await vi.waitFor(() => expect(tracing.span('publish orders').status.message).toBe('no connection'));
    });

    it('rethrows an error that the client throws', () => {
      const error = new TypeError('bad topic');
      const failing = {
        publish(): never {
          throw error;
        },
      };
      expect(() => mqtt.publish(failing, ...(['orders', 'x'] as never[] as []))).toThrow(error);
      expect(tracing.span('publish orders').status.message).toBe('bad topic');
    });
  });

  it('links a late duplicate to its sender', () => {
    const userProperties = {
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      'do-trace-sent-at': String(Date.now() - 3_600_000),
    };
    mqtt.process('orders', { properties: { userProperties }, dup: true }, () => {});
    const span = tracing.span('process orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map(({ context }) => context.spanId)).toEqual(['2'.repeat(16)]);
  });
});
