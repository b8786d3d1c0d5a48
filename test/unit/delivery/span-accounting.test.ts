import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSpan } from '../../support/spans.js';
import { balance, FakeOwners, makeWorld, MemoryFiles, type Mood } from '../../support/delivery-fixture.js';

const moods: readonly Mood[] = [
  'ok',
  'refuse',
  'reset_before',
  'reset_after',
  'hang_before',
  'hang_after',
  'drip',
  'half_response',
  'html',
  'partial',
  'redirect',
  'throws',
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
  | { readonly kind: 'moods'; readonly moods: readonly Mood[]; readonly maxSpans: number }
  | { readonly kind: 'flush'; readonly ms: number }
  | { readonly kind: 'disk'; readonly failWith: string | undefined; readonly capacity: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('end' as const),
    spans: fc.integer({ min: 0, max: 40 }),
    unsampled: fc.integer({ min: 0, max: 3 }),
    size: fc.constantFrom(0, 100, 3_000),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 1_000, 12_000, 60_000) }),
  fc.record({
    kind: fc.constant('moods' as const),
    moods: fc.array(fc.constantFrom(...moods), { minLength: 1, maxLength: 6 }),
    maxSpans: fc.constantFrom(1, 5, Number.POSITIVE_INFINITY),
  }),
  fc.record({ kind: fc.constant('flush' as const), ms: fc.constantFrom(10, 3_000) }),
  fc.record({
    kind: fc.constant('disk' as const),
    failWith: fc.constantFrom(undefined, undefined, 'EROFS'),
    capacity: fc.constantFrom(Number.POSITIVE_INFINITY, 10_000),
  }),
);

const setup = fc.record({
  maxQueueBytes: fc.constantFrom(4_000, 30_000, 1 << 26),
  maxChunkBytes: fc.constantFrom(500, 5_000, 1 << 19),
  spool: fc.constantFrom('none', 'overflow', 'always', 'small'),
  random: fc.double({ min: 0.2, max: 0.999, noNaN: true }),
});

describe('the books of delivery', () => {
  it('balance after every step of any schedule of faults, and agree with what the backend has', async () => {
    await fc.assert(
      fc.asyncProperty(setup, fc.array(step, { maxLength: 25 }), async (how, steps) => {
        const files = new MemoryFiles();
        const { time, backend, delivery } = makeWorld(
          {
            maxQueueBytes: how.maxQueueBytes,
            maxChunkBytes: how.maxChunkBytes,
            spool:
              how.spool === 'none'
                ? false
                : {
                    directory: '/spool',
                    mode: how.spool === 'always' ? 'always' : 'overflow',
                    maxBytes: how.spool === 'small' ? 8_000 : 1 << 24,
                  },
          },
          { random: () => how.random, fileSystem: files, segmentOwners: new FakeOwners('me') },
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
          } else if (next.kind === 'moods') {
            backend.mood = request => next.moods[request % next.moods.length] ?? 'ok';
            backend.maxSpans = next.maxSpans;
          } else if (next.kind === 'disk') {
            files.failWith = next.failWith;
            files.capacity = next.capacity;
          } else {
            const flushed = delivery.flush(next.ms);
            await time.advance(next.ms, check);
            await flushed;
            expect(time.keepsAlive).toBe(false);
          }
          check();
        }
        backend.mood = () => 'ok';
        backend.maxSpans = Number.POSITIVE_INFINITY;
        files.failWith = undefined;
        files.capacity = Number.POSITIVE_INFINITY;
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
        expect(files.files.size).toBe(0);
        expect(files.openCount).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
