import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bullmq } from '../../../src/queue/bullmq.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const QUEUE_TIME = 'messaging.message.queue_time_ms';
const NOW_MS = Date.UTC(2026, 0, 31, 10);
type Dictionary = Record<string, unknown>;

let tracing: TestTracing;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW_MS });
  tracing = startOwnTracing();
});
afterEach(async () => {
  vi.useRealTimers();
  await tracing.stop();
});

const senderId = (): string => {
  const producer = tracing.spans().find(span => span.kind === SpanKind.PRODUCER);
  return producer?.spanContext().spanId ?? 'none';
};
const consumerLinks = (): string[] => {
  const consumer = tracing.spans().find(span => span.kind === SpanKind.CONSUMER);
  return consumer?.links.map(link => link.context.spanId) ?? [];
};

describe('bullmq', () => {
  const queue = { name: 'orders', add: async () => {}, addBulk: async (_jobs: object[]) => {} };
  const jobOf = (opts: object, more: object = {}): object => ({ queueName: 'orders', opts, ...more });
  const process = (job: object): void => bullmq.process('orders', job, () => {});

  it('adds many jobs in one span', async () => {
    const addBulk = vi.fn<(jobs: object[]) => Promise<void>>(async () => {});
    await bullmq.addBulk({ ...queue, addBulk }, [{ name: 'a', opts: { priority: 1 } }, { name: 'b' }]);
    const [jobs] = addBulk.mock.lastCall as [{ opts: { priority?: number; telemetry: Dictionary } }[]];
    for (const { opts } of jobs) expect(String(opts.telemetry.metadata)).toContain(senderId());
    expect(jobs[0]?.opts.priority).toBe(1);
  });

  it('reads and writes the format of bullmq-otel', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    process(jobOf({ telemetry: { metadata: JSON.stringify({ traceparent }) } }));
    expect(tracing.span('process orders').parentSpanContext).toMatchObject({ spanId: 'b'.repeat(16) });

    const add = vi.fn<(...args: unknown[]) => Promise<void>>(async () => {});
    await bullmq.add({ ...queue, add }, 'confirm', {});
    const options = add.mock.lastCall?.[2] as { telemetry: { metadata: string } } | undefined;
    expect(JSON.parse(options?.telemetry.metadata ?? '{}')).toEqual({
      traceparent: expect.stringContaining(senderId()) as string,
    });
  });

  it('writes no context with the option omitContext', async () => {
    const add = vi.fn<(...args: unknown[]) => Promise<void>>(async () => {});
    await bullmq.add({ ...queue, add }, 'confirm', {}, { telemetry: { omitContext: true } });
    expect(add.mock.lastCall?.[2]).toEqual({ telemetry: { omitContext: true } });
  });

  it('does not count the configured delay as queue time', () => {
    process(jobOf({ delay: 9_000 }, { timestamp: NOW_MS - 10_000 }));
    expect(tracing.span('process orders').attributes[QUEUE_TIME]).toBe(1_000);
  });

  it('links scheduled jobs, and late attempts, to their sender', () => {
    const metadata = JSON.stringify({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` });
    const opts = { telemetry: { metadata } };
    const late = { attemptsMade: 1, timestamp: NOW_MS - 120_000 };
    for (const job of [
      jobOf(opts, { repeatJobKey: 'k' }),
      jobOf({ ...opts, repeat: {} }),
      jobOf(opts, late),
    ]) {
      tracing.reset();
      process(job);
      expect(consumerLinks()).toEqual(['b'.repeat(16)]);
      expect(tracing.span('process orders').parentSpanContext).toBeUndefined();
    }
    expect(tracing.span('process orders').attributes['messaging.message.delivery_attempt']).toBe(2);
  });
});
