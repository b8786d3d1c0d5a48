import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nats } from '../../../src/queue/nats.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const QUEUE_TIME = 'messaging.message.queue_time_ms';
const NOW_MS = Date.UTC(2026, 0, 31, 10);

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  tracing = startOwnTracing();
});
afterEach(async () => {
  vi.useRealTimers();
  await tracing.stop();
});

describe('nats', () => {
  it('publishes without headers, and warns once that the message carries no context', () => {
    const publish = vi.fn<(...args: unknown[]) => void>();
    const captured = captureDiagnostics(() => {
      nats.publish({ publish }, 'orders', 'x');
      nats.publish({ publish }, 'orders', 'y');
    });
    expect(publish.mock.calls).toEqual([
      ['orders', 'x'],
      ['orders', 'y'],
    ]);
    expect(captured).toMatchObject([
      { level: 'warn', code: 'message_headers_missing', source: 'nats.publish' },
    ]);
  });

  it('does not warn about a message with headers', () => {
    const publish = vi.fn<(...args: unknown[]) => void>();
    const captured = captureDiagnostics(
      () => void nats.publish({ publish }, 'orders', 'x', { headers: new Map(), msgID: 'm-1' }),
    );
    expect(captured).toEqual([]);
    expect(tracing.span('publish orders').attributes['messaging.message.id']).toBe('m-1');
  });

  it("reads JetStream's time and delivery count", () => {
    const info = { redeliveryCount: 3, timestampNanos: (NOW_MS - 500) * 1e6 };
    nats.process('orders', { subject: 'orders', info }, () => {});
    const { attributes } = tracing.span('process orders');
    expect(attributes['messaging.message.delivery_attempt']).toBe(3);
    expect(attributes[QUEUE_TIME]).toBeCloseTo(500, 0);
  });

  it('sends a request in a span that ends with the reply', async () => {
    const headers = new Map<string, string>();
    const request = async (_subject: string, _data: string, _options: object): Promise<string> => 'reply';
    expect(await nats.request({ request }, 'prices', 'x', { headers })).toBe('reply');
    const { spanId } = tracing.span('request prices').spanContext();
    expect(headers.get('traceparent')).toContain(spanId);
  });

  it('records the subject beside the subscription, which is part of the span name', () => {
    nats.process('orders.*', { subject: 'orders.4711' }, () => {});
    expect(tracing.span('process orders.*').attributes).toMatchObject({
      'messaging.destination.name': 'orders.4711',
      'messaging.destination.template': 'orders.*',
    });
  });
});
