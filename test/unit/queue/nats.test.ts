import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { natsMessages } from '../../../src/queue/nats.js';
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

describe('natsMessages', () => {
  it('publishes without headers, and warns once that the message carries no context', () => {
    const publish = vi.fn<(...args: unknown[]) => void>();
    const captured = captureDiagnostics(() => {
      natsMessages.publish({ publish }, 'orders', 'x');
      natsMessages.publish({ publish }, 'orders', 'y');
    });
    expect(publish.mock.calls).toEqual([
      ['orders', 'x'],
      ['orders', 'y'],
    ]);
    expect(captured).toMatchObject([
      { level: 'warn', code: 'message_headers_missing', source: 'natsMessages.publish' },
    ]);
  });

  it('does not warn about a message with headers', () => {
    const publish = vi.fn<(...args: unknown[]) => void>();
    const captured = captureDiagnostics(
      () => void natsMessages.publish({ publish }, 'orders', 'x', { headers: new Map(), msgID: 'm-1' }),
    );
    expect(captured).toEqual([]);
    expect(tracing.span('publish orders').attributes['messaging.message.id']).toBe('m-1');
  });

  it("reads JetStream's time and delivery count", () => {
    const info = { redeliveryCount: 3, timestampNanos: (NOW_MS - 500) * 1e6 };
    natsMessages.process({ subject: 'orders', info }, () => {});
    const { attributes } = tracing.span('process orders');
    expect(attributes['messaging.message.delivery_attempt']).toBe(3);
    expect(attributes[QUEUE_TIME]).toBeCloseTo(500, 0);
  });
});
