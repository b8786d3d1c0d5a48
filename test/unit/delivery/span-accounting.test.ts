import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpanAccounting } from '../../../src/delivery/span-accounting.js';
import { balance, startDelivery } from '../../support/delivery-fixture.js';
import type { Behavior } from '../../support/fake-backend.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../../support/memory-file-system.js';
import { makeSpan } from '../../support/spans.js';

const BEHAVIORS: readonly Behavior[] = [
  'ok',
  'refuse',
  'reset_before',
  'reset_after',
  'hang_before',
  'hang_after',
  'slow_body',
  'half_body',
  'web_page',
  'partial',
  'redirect',
  'throw',
  { status: 400 },
  { status: 401 },
  { status: 403 },
  { status: 404 },
  { status: 429 },
  { status: 429, retryAfter: '7' },
  { status: 500 },
  { status: 502 },
  { status: 503, retryAfter: 'Thu, 20 Nov 2025 22:00:30 GMT' },
  { status: 503 },
  { status: 504, retryAfter: 'soon' },
];

type Step =
  | { readonly kind: 'end'; readonly spans: number; readonly unsampled: number; readonly size: number }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'backend'; readonly behaviors: readonly Behavior[]; readonly maxSpans: number }
  | { readonly kind: 'flush'; readonly ms: number }
  | { readonly kind: 'disk'; readonly errorCode: string | undefined; readonly capacity: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('end' as const),
    spans: fc.integer({ min: 0, max: 40 }),
    unsampled: fc.integer({ min: 0, max: 3 }),
    size: fc.constantFrom(0, 100, 3_000),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 1_000, 12_000, 60_000) }),
  fc.record({
    kind: fc.constant('backend' as const),
    behaviors: fc.array(fc.constantFrom(...BEHAVIORS), { minLength: 1, maxLength: 6 }),
    maxSpans: fc.constantFrom(1, 5, Number.POSITIVE_INFINITY),
  }),
  fc.record({ kind: fc.constant('flush' as const), ms: fc.constantFrom(10, 3_000) }),
  fc.record({
    kind: fc.constant('disk' as const),
    errorCode: fc.constantFrom(undefined, undefined, 'EROFS'),
    capacity: fc.constantFrom(Number.POSITIVE_INFINITY, 10_000),
  }),
);

const setup = fc.record({
  maxQueueBytes: fc.constantFrom(4_000, 30_000, 1 << 26),
  maxChunkBytes: fc.constantFrom(500, 5_000, 1 << 19),
  spool: fc.constantFrom('none', 'overflow', 'always', 'small'),
  random: fc.double({ min: 0.2, max: 0.999, noNaN: true }),
});

describe('the statistics of a delivery', () => {
  it('add up after every step of any schedule of faults, and agree with the backend', async () => {
    await fc.assert(
      fc.asyncProperty(setup, fc.array(step, { maxLength: 25 }), async (config, steps) => {
        const fileSystem = new MemoryFileSystem();
        const { time, backend, delivery } = startDelivery(
          {
            maxQueueBytes: config.maxQueueBytes,
            maxChunkBytes: config.maxChunkBytes,
            spool:
              config.spool === 'none'
                ? false
                : {
                    directory: '/spool',
                    mode: config.spool === 'always' ? 'always' : 'overflow',
                    maxBytes: config.spool === 'small' ? 8_000 : 1 << 24,
                  },
          },
          { random: () => config.random, fileSystem, segmentOwners: new FakeSegmentOwners('me') },
        );
        let named = 0;
        let ended = 0;
        let unsampled = 0;
        const check = (): void => {
          const stats = delivery.stats();
          const [left, right] = balance(stats);
          expect(right).toBe(left);
          expect(stats.ended).toBe(ended);
          expect(stats.unsampled).toBe(unsampled);
          expect(Math.min(stats.queued, stats.spooled, stats.sent)).toBeGreaterThanOrEqual(0);
          expect(backend.maxInFlight).toBeLessThanOrEqual(1);
        };
        for (const next of steps) {
          if (next.kind === 'end') {
            for (let i = 0; i < next.unsampled; i++) {
              delivery.processor.onEnd(
                makeSpan({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 } }),
              );
              unsampled++;
              ended++;
            }
            for (let i = 0; i < next.spans; i++) {
              delivery.processor.onEnd(
                makeSpan({ name: `s${named++}`, attributes: { pad: 'x'.repeat(next.size) } }),
              );
              ended++;
              check();
            }
          } else if (next.kind === 'wait') {
            await time.advance(next.ms, check);
          } else if (next.kind === 'backend') {
            backend.behavior = request => next.behaviors[request % next.behaviors.length] ?? 'ok';
            backend.maxSpans = next.maxSpans;
          } else if (next.kind === 'disk') {
            fileSystem.errorCode = next.errorCode;
            fileSystem.capacity = next.capacity;
          } else {
            const flushed = delivery.flush(next.ms);
            await time.advance(next.ms, check);
            await flushed;
            expect(time.keepsAlive).toBe(false);
          }
          check();
        }
        backend.behavior = () => 'ok';
        backend.maxSpans = Number.POSITIVE_INFINITY;
        fileSystem.errorCode = undefined;
        fileSystem.capacity = Number.POSITIVE_INFINITY;
        await time.advance(400_000, check);
        const stats = delivery.stats();
        expect(stats.queued + stats.spooled).toBe(0);
        expect(stats.sent).toBe(backend.accepted);
        expect(stats.rejected).toBe(backend.rejected);
        let extra = 0;
        for (const times of backend.received.values()) if (times > 1) extra++;
        expect(extra).toBeLessThanOrEqual(stats.maybeDuplicated ?? 0);
        expect(backend.received.size).toBeGreaterThanOrEqual(stats.sent);
        await delivery.shutdown(0);
        expect(fileSystem.files.size).toBe(0);
        expect(fileSystem.openCount).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

describe('SpanAccounting', () => {
  it('keeps each ended span in exactly one place, for any calls', () => {
    const accounting = new SpanAccounting('otlp', 'http/json');
    for (let i = 0; i < 10; i++) accounting.countEnded();
    accounting.countUnsampled();
    accounting.countReplayed(4);
    accounting.countMoved('queued', 'spooled', 3);
    accounting.countAccepted('queued', 4, 1);
    accounting.countDropped('spooled', 2, 'spool_corrupt');
    accounting.countDropped('queued', 1, 'queue_full');
    const stats = accounting.stats(2);
    expect(stats).toEqual({
      exporter: 'otlp',
      protocol: 'http/json',
      ended: 15,
      unsampled: 1,
      replayed: 4,
      held: 0,
      queued: 2,
      spooled: 5,
      inFlight: 2,
      sent: 3,
      rejected: 1,
      dropped: { spool_corrupt: 2, queue_full: 1 },
      maybeDuplicated: 0,
      retries: 0,
      bytes: 0,
    });
    expect(balance(stats)).toEqual([14, 14]);
  });

  it('has no protocol and no error unless there is one, and no reason without a span', () => {
    const accounting = new SpanAccounting('file');
    accounting.countDropped('queued', 0, 'shutdown');
    expect(accounting.stats(0)).not.toHaveProperty('protocol');
    expect(accounting.stats(0)).not.toHaveProperty('lastError');
    expect(accounting.stats(0).dropped).toEqual({});
  });

  it('counts retries, duplicates and bytes, and keeps the last error', () => {
    const accounting = new SpanAccounting('otlp');
    accounting.countRetry();
    accounting.countRetry();
    accounting.countMaybeDuplicated(5);
    accounting.countBytes(100);
    accounting.countBytes(20);
    accounting.recordError('first');
    accounting.recordError('second');
    expect(accounting.stats(0)).toMatchObject({
      retries: 2,
      maybeDuplicated: 5,
      bytes: 120,
      lastError: 'second',
    });
  });
});
