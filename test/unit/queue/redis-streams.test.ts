import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redisStreams } from '../../../src/queue/redis-streams.js';
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

describe('redisStreams', () => {
  it('passes the arguments of each client, and the send time beside an id of the application', async () => {
    const xadd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    const xAdd = vi.fn<(...args: unknown[]) => Promise<string>>(async () => '1-1');
    const trim = { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: 9 } };
    expect(await redisStreams.xadd({ xadd }, 's', 'MAXLEN', '~', 9, '1-1', 'a', 1)).toBe('1-1');
    expect(await redisStreams.xAdd({ xAdd }, 's', '1-1', { a: '1' }, trim)).toBe('1-1');
    expect(xadd.mock.lastCall?.slice(0, 7)).toEqual(['s', 'MAXLEN', '~', 9, '1-1', 'a', 1]);
    expect(xadd.mock.lastCall?.slice(7)).toEqual([
      'traceparent',
      expect.stringMatching(/^00-/),
      'do-trace-sent-at',
      String(NOW_MS),
    ]);
    expect(xAdd.mock.lastCall).toEqual([
      's',
      '1-1',
      expect.objectContaining({ a: '1', 'do-trace-sent-at': String(NOW_MS) }),
      trim,
    ]);
  });

  it('passes arguments that are no command to ioredis unchanged', () => {
    const xadd = vi.fn<(...args: unknown[]) => string>(() => 'done');
    expect(redisStreams.xadd({ xadd }, 's', '*')).toBe('done');
    expect(redisStreams.xadd({ xadd })).toBe('done');
    expect(xadd.mock.calls).toEqual([['s', '*'], []]);
    expect(tracing.spans()).toEqual([]);
  });

  it('does not read an id of the application as a time', () => {
    redisStreams.process('s', ['5-1', []], () => {});
    expect(tracing.span('process s').attributes).not.toHaveProperty([QUEUE_TIME]);
  });

  it('links a batch to each sender', async () => {
    const entries: unknown[] = [];
    const redis = {
      async xadd(_stream: string, _id: string, ...fields: string[]) {
        entries.push([`${NOW_MS}-${entries.length}`, fields]);
      },
    };
    await redisStreams.xadd(redis, 's', '*', 'a', '1');
    expect(redisStreams.processBatch('s', entries, () => 'done')).toBe('done');
    expect(consumerLinks()).toEqual([senderId()]);
  });
});
