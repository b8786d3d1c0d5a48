// One clock for each trace in a process. Trace API, "Timestamp"; Trace SDK, "Span processor" order of time.

import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import {
  contextWith,
  CollectingProcessor,
  toNanoseconds,
  createTestEngine,
} from '../../support/engine-fixture.js';

describe('the clock of a trace', () => {
  it('reads the wall clock at the start of the trace, then the monotonic clock, and cuts starts to microseconds', () => {
    const { tracer, clock } = createTestEngine();
    const root = tracer.startSpan('root') as Span;
    clock.advance(0.123_999);
    const child = tracer.startSpan('child', {}, contextWith(root)) as Span;
    clock.advance(1_000.000_002);
    child.end();
    expect(root.startTime).toEqual([1_700_000_000, 0]);
    expect(child.startTime).toEqual([1_700_000_000, 123_000]);
    // 999 ns that were cut from its start, and 2 ns beyond the second.
    expect(child.duration).toEqual([1, 1_001]);
  });

  it('measures a span of one nanosecond', () => {
    const { tracer, clock } = createTestEngine();
    const span = tracer.startSpan('short') as Span;
    clock.advance(0.000_001);
    span.end();
    expect(span.duration).toEqual([0, 1]);
  });

  it('is exact for seconds, and for readings in nanoseconds, beyond 32 bits', () => {
    const { tracer, clock } = createTestEngine();
    const century = tracer.startSpan('2100', { startTime: new Date('2100-01-01T00:00:00.500Z') }) as Span;
    expect(century.startTime).toEqual([4_102_444_800, 500_000_000]);
    const root = tracer.startSpan('root') as Span;
    clock.advance(8_640_000_000.5);
    root.end();
    expect(root.duration).toEqual([8_640_000, 500_000]);
  });

  it('ignores a jump of the wall clock until the next trace', () => {
    const { tracer, clock } = createTestEngine();
    const root = tracer.startSpan('root') as Span;
    clock.wall -= 3_600_000;
    clock.monotonic += 10;
    const child = tracer.startSpan('child', {}, contextWith(root)) as Span;
    clock.wall += 7_200_000;
    clock.monotonic += 10;
    child.end();
    root.end();
    expect(toNanoseconds(child.startTime) - toNanoseconds(root.startTime)).toBe(10_000_000n);
    expect([child.duration, root.duration]).toEqual([
      [0, 10_000_000],
      [0, 20_000_000],
    ]);
    const next = tracer.startSpan('next') as Span;
    expect(next.startTime).toEqual([clock.wall / 1000, 0]);
  });

  it('applies to children that start after the end of their parent', () => {
    const { tracer, clock } = createTestEngine();
    const root = tracer.startSpan('root') as Span;
    root.end();
    clock.wall -= 3_600_000;
    clock.monotonic += 5;
    const late = tracer.startSpan('late', {}, contextWith(root)) as Span;
    expect(toNanoseconds(late.startTime) - toNanoseconds(root.startTime)).toBe(5_000_000n);
  });

  it('does not let traces within one millisecond of the wall clock overlap', () => {
    const { tracer, clock } = createTestEngine();
    const first = tracer.startSpan('first') as Span;
    clock.monotonic += 0.4;
    first.end();
    const second = tracer.startSpan('second') as Span;
    expect(toNanoseconds(second.startTime)).toBe(toNanoseconds(first.endTime));
  });

  it('drifts by less than a millisecond from the wall clock', () => {
    const { tracer, clock } = createTestEngine();
    for (let i = 0; i < 1_000; i++) {
      clock.wall += 1_000;
      clock.monotonic += 1_000.05; // 50 ppm too fast
      const start = toNanoseconds((tracer.startSpan('a') as Span).startTime);
      const ahead = start - BigInt(clock.wall) * 1_000_000n;
      expect(ahead >= 0n && ahead < 1_000_000n).toBe(true);
    }
  });

  it.each([[undefined], [{ toFake: ['Date' as const] }]])(
    'starts each trace at the time that a test sets, and measures real durations: fake timers %o',
    config => {
      const tracer = new TracerProvider({}).getTracer('fake');
      const startMs = (): number => {
        const [seconds, nanos] = (tracer.startSpan('root') as Span).startTime;
        return seconds * 1_000 + Math.floor(nanos / 1_000_000);
      };
      startMs();
      vi.useFakeTimers(config);
      try {
        // Far more values than the loop takes milliseconds.
        const set = Array.from({ length: 200 }, (_, i) => 1_600_000_000_000 + i * 3_600_000);
        expect(set.map(ms => [vi.setSystemTime(ms), startMs()][1])).toEqual(set);
        // Time that fake timers skip is not part of the duration, as in OpenTelemetry's spans.
        const span = tracer.startSpan('skipping') as Span;
        vi.advanceTimersByTime(86_400_000);
        span.end();
        expect(span.duration[0]).toBeLessThan(86_400);
      } finally {
        vi.useRealTimers();
      }
      const nowMs = Date.now();
      expect(startMs()).toBeGreaterThanOrEqual(nowMs);
    },
  );

  it('reads the wall clock once a millisecond at most', () => {
    const { tracer, clock } = createTestEngine();
    const wallMs = vi.spyOn(clock, 'wallMs');
    for (let i = 0; i < 5; i++) {
      tracer.startSpan('root');
      clock.advance(0.25);
    }
    expect(wallMs).toHaveBeenCalledTimes(2);
  });

  it('records times from the application unchanged', () => {
    const { tracer, clock } = createTestEngine();
    const root = tracer.startSpan('root', { startTime: 1_600_000_000_000 }) as Span;
    clock.advance(1);
    root.end();
    expect(root.startTime).toEqual([1_600_000_000, 0]);
    expect(root.endTime).toEqual([1_700_000_000, 1_000_000]);
  });
});

describe('a hundred thousand spans with awaits, timers and parallel work', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('start after their parents, and end before parents that waited for them', async () => {
    const keeper = new CollectingProcessor();
    const tracer = new TracerProvider({ spanProcessors: [keeper] }).getTracer('order');
    let made = 0;
    const grow = async (depth: number): Promise<void> =>
      tracer.startActiveSpan(`depth ${depth}`, async span => {
        made++;
        if (depth > 0) {
          await grow(depth - 1);
          if (depth % 3 === 0) await new Promise(resolve => setImmediate(resolve));
          await Promise.all([grow(depth - 1), grow(depth - 1)]);
          if (depth === 9) await new Promise(resolve => setTimeout(resolve, 0));
        }
        span.end();
      });
    for (let total = 0; total < 100_000; total = made) await grow(9);
    const bySpanId = new Map<string, ReadableSpan>(
      keeper.ended.map(span => [span.spanContext().spanId, span]),
    );
    expect(bySpanId.size).toBe(made);
    let early = 0;
    let late = 0;
    for (const span of keeper.ended) {
      const parent = span.parentSpanContext && bySpanId.get(span.parentSpanContext.spanId);
      if (parent === undefined) continue;
      if (toNanoseconds(span.startTime) < toNanoseconds(parent.startTime)) early++;
      if (toNanoseconds(span.endTime) > toNanoseconds(parent.endTime)) late++;
    }
    expect([early, late]).toEqual([0, 0]);
  });
});
