import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redisStreamEntries } from '../../../src/queue/redis-streams.js';
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

const senderId = (): string => {
  const producer = tracing.spans().find(span => span.kind === SpanKind.PRODUCER);
  return producer?.spanContext().spanId ?? 'none';
};
const consumerLinks = (): string[] => {
  const consumer = tracing.spans().find(span => span.kind === SpanKind.CONSUMER);
  return consumer?.links.map(link => link.context.spanId) ?? [];
};

describe('redisStreamEntries', () => {
  it('passes id and maximum length in the form of each client', async () => {
    const xadd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    const xAdd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    await redisStreamEntries.add({ xadd }, 's', { a: 1 }, { id: '1-1', maxLen: 9 });
    await redisStreamEntries.add({ xAdd }, 's', { a: 1 }, { id: '1-1', maxLen: 9 });
    expect(xadd.mock.lastCall?.slice(0, 7)).toEqual(['s', 'MAXLEN', '~', 9, '1-1', 'a', '1']);
    expect(xadd.mock.lastCall).toContain('trace-sent-at');
    expect(xAdd.mock.lastCall).toEqual([
      's',
      '1-1',
      expect.objectContaining({ a: '1', 'trace-sent-at': String(NOW_MS) }),
      { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: 9 } },
    ]);
  });

  it('does not read an id of the application as a time', () => {
    redisStreamEntries.process('s', ['5-1', []], () => {});
    expect(tracing.span('process s').attributes).not.toHaveProperty([QUEUE_TIME]);
  });

  it('links a batch to each sender', async () => {
    const entries: unknown[] = [];
    const redis = {
      async xadd(_stream: string, _id: string, ...fields: string[]) {
        entries.push([`${NOW_MS}-${entries.length}`, fields]);
      },
    };
    await redisStreamEntries.add(redis, 's', { a: 1 });
    expect(redisStreamEntries.processBatch('s', entries, () => 'done')).toBe('done');
    expect(consumerLinks()).toEqual([senderId()]);
  });
});
