// One clock for each trace in a process. Trace API, "Timestamp"; Trace SDK, "Span processor" order of time.

import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan, Sampler, Span } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TracerProvider } from '../../../src/engine/index.js';
import { inside, Keeper, ns, setup } from '../../support/engine-fixture.js';

describe('the clock of a trace', () => {
  it('starts with the wall clock and goes on with the monotonic one; starts are whole microseconds', () => {
    const { tracer, clock } = setup();
    const root = tracer.startSpan('root') as Span;
    clock.pass(0.123_999);
    const child = tracer.startSpan('child', {}, inside(root)) as Span;
    clock.pass(1_000.000_002);
    child.end();
    expect(root.startTime).toEqual([1_700_000_000, 0]);
    expect(child.startTime).toEqual([1_700_000_000, 123_000]);
    // To the nanosecond: 999 that its start was cut by, and 2 beyond the second.
    expect(child.duration).toEqual([1, 1_001]);
  });

  it('gives the shortest of spans a duration', () => {
    const { tracer, clock } = setup();
    const span = tracer.startSpan('short') as Span;
    clock.pass(0.000_001);
    span.end();
    expect(span.duration).toEqual([0, 1]);
  });

  it('is exact where seconds, or readings in nanoseconds, outgrow 32 bits', () => {
    const { tracer, clock } = setup();
    const century = tracer.startSpan('2100', { startTime: new Date('2100-01-01T00:00:00.500Z') }) as Span;
    expect(century.startTime).toEqual([4_102_444_800, 500_000_000]);
    const root = tracer.startSpan('root') as Span;
    clock.pass(8_640_000_000.5);
    root.end();
    expect(root.duration).toEqual([8_640_000, 500_000]);
  });

  it('is not moved by a jump of the wall clock; the next trace is', () => {
    const { tracer, clock } = setup();
    const root = tracer.startSpan('root') as Span;
    clock.wall -= 3_600_000;
    clock.monotonic += 10;
    const child = tracer.startSpan('child', {}, inside(root)) as Span;
    clock.wall += 7_200_000;
    clock.monotonic += 10;
    child.end();
    root.end();
    expect(ns(child.startTime) - ns(root.startTime)).toBe(10_000_000n);
    expect([child.duration, root.duration]).toEqual([
      [0, 10_000_000],
      [0, 20_000_000],
    ]);
    const next = tracer.startSpan('next') as Span;
    expect(next.startTime).toEqual([clock.wall / 1000, 0]);
  });

  it('holds for children that start after their parent has ended', () => {
    const { tracer, clock } = setup();
    const root = tracer.startSpan('root') as Span;
    root.end();
    clock.wall -= 3_600_000;
    clock.monotonic += 5;
    const late = tracer.startSpan('late', {}, inside(root)) as Span;
    expect(ns(late.startTime) - ns(root.startTime)).toBe(5_000_000n);
  });

  it('does not set the next trace back into the one before within a millisecond of the wall clock', () => {
    const { tracer, clock } = setup();
    const first = tracer.startSpan('first') as Span;
    clock.monotonic += 0.4;
    first.end();
    const second = tracer.startSpan('second') as Span;
    expect(ns(second.startTime)).toBe(ns(first.endTime));
  });

  it('never drifts more than a millisecond from the wall clock', () => {
    const { tracer, clock } = setup();
    for (let i = 0; i < 1_000; i++) {
      clock.wall += 1_000;
      clock.monotonic += 1_000.05; // 50 ppm too fast
      const start = ns((tracer.startSpan('a') as Span).startTime);
      const ahead = start - BigInt(clock.wall) * 1_000_000n;
      expect(ahead >= 0n && ahead < 1_000_000n).toBe(true);
    }
  });

  it.each([[undefined], [{ toFake: ['Date' as const] }]])(
    'starts each trace where a test sets the time, and goes on as time does: fake timers %o',
    config => {
      const tracer = new TracerProvider({}).getTracer('fake');
      const startMs = (): number => {
        const [seconds, nanos] = (tracer.startSpan('root') as Span).startTime;
        return seconds * 1_000 + Math.floor(nanos / 1_000_000);
      };
      startMs();
      vi.useFakeTimers(config);
      try {
        // Far more of them than there are milliseconds in the loop.
        const set = Array.from({ length: 200 }, (_, i) => 1_600_000_000_000 + i * 3_600_000);
        expect(set.map(ms => [vi.setSystemTime(ms), startMs()][1])).toEqual(set);
        // What a timer of the test skips is no time that the work took: as with OpenTelemetry's spans.
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

  it('asks the wall clock once a millisecond at most', () => {
    const { tracer, clock } = setup();
    const wallMs = vi.spyOn(clock, 'wallMs');
    for (let i = 0; i < 5; i++) {
      tracer.startSpan('root');
      clock.pass(0.25);
    }
    expect(wallMs).toHaveBeenCalledTimes(2);
  });

  it('keeps the times that users give, beside it', () => {
    const { tracer, clock } = setup();
    const root = tracer.startSpan('root', { startTime: 1_600_000_000_000 }) as Span;
    clock.pass(1);
    root.end();
    expect(root.startTime).toEqual([1_600_000_000, 0]);
    expect(root.endTime).toEqual([1_700_000_000, 1_000_000]);
  });
});

describe('a hundred thousand spans over awaits, timers and parallel work', () => {
  beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
  afterEach(() => context.disable());

  it('start after their parents, and end before them where the parent waited', async () => {
    const keeper = new Keeper();
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
      if (ns(span.startTime) < ns(parent.startTime)) early++;
      if (ns(span.endTime) > ns(parent.endTime)) late++;
    }
    expect([early, late]).toEqual([0, 0]);
  });
});

it('recorded spans below an unsampled one share a clock too', () => {
  const sampler: Sampler = {
    shouldSample: (_context, _traceId, name) => ({ decision: name === 'no' ? 0 : 2 }),
    toString: () => 'by name',
  };
  const { tracer, clock } = setup({ sampler });
  const unsampled = tracer.startSpan('no');
  const one = tracer.startSpan('one', {}, inside(unsampled)) as Span;
  clock.wall += 3_600_000;
  clock.monotonic += 2;
  const two = tracer.startSpan('two', {}, inside(unsampled)) as Span;
  expect(ns(two.startTime) - ns(one.startTime)).toBe(2_000_000n);
});
