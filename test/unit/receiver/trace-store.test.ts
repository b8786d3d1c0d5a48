import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlatSpan } from '../../../src/analysis/index.js';
import { type TraceNotification, type StoreOptions, TraceStore } from '../../../src/receiver/index.js';
import { flatSpan, spanIdOf, TRACE_ID, traceIdOf } from '../../support/flat-spans.js';

/** A store in virtual time, with the traces that it passed on. */
function createVirtualStore(options: Partial<StoreOptions> = {}) {
  let nowMs = 0;
  let timer: { readonly fn: () => void; readonly dueMs: number } | undefined;
  let wakeUps = 0;
  const finished: (TraceNotification & { readonly traceId: string; readonly spans: number })[] = [];
  const store = new TraceStore({
    maxBytes: 1_000_000,
    quietMs: 100,
    incompleteMs: 1_000,
    clock: { monotonicMs: () => nowMs },
    timers: {
      after(delayMs, fn) {
        const started = { fn, dueMs: nowMs + delayMs };
        timer = started;
        return () => {
          if (timer === started) timer = undefined;
        };
      },
    },
    onTrace: (trace, notification) =>
      finished.push({ ...notification, traceId: trace.traceId, spans: trace.spans.length }),
    ...options,
  });
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms;
    while (timer !== undefined && timer.dueMs <= untilMs) {
      const { fn, dueMs } = timer;
      timer = undefined;
      nowMs = dueMs;
      wakeUps++;
      fn();
    }
    nowMs = untilMs;
  };
  return { store, finished, advance, hasTimer: () => timer !== undefined, wakeUps: () => wakeUps };
}

describe('a trace is passed on', () => {
  test('when its root has arrived, no parent is missing, and no span came for quietMs', () => {
    const { store, finished, advance, hasTimer } = createVirtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(90);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(99);
    expect(finished).toEqual([]);
    advance(1);
    expect(finished).toEqual([{ traceId: TRACE_ID, spans: 2, revision: 1, complete: true }]);
    expect(hasTimer()).toBe(false);
  });

  test('not while a parent is missing, but in any case after incompleteMs', () => {
    const { store, finished, advance } = createVirtualStore();
    advance(5_000);
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(999);
    expect(finished).toEqual([]);
    advance(1);
    expect(finished).toEqual([{ traceId: TRACE_ID, spans: 1, revision: 1, complete: false }]);
  });

  test('when the missing parent has arrived and quietMs have passed', () => {
    const { store, finished, advance } = createVirtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(500);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(100);
    expect(finished).toMatchObject([{ spans: 2, complete: true }]);
    advance(10_000);
    expect(finished).toHaveLength(1);
  });

  test('again as a whole when more spans arrive, but not when a span is sent again', () => {
    const { store, finished, advance } = createVirtualStore();
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(100);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(5_000);
    expect(finished).toHaveLength(1);
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(100);
    expect(finished[1]).toMatchObject({ spans: 2, revision: 2 });
    expect(store.stats()).toMatchObject({ receivedSpans: 2, resentSpans: 1, spans: 2 });
  });

  test('at once on flush, and never after close', () => {
    const { store, finished, advance, hasTimer } = createVirtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    store.flush();
    expect(finished).toHaveLength(1);
    store.add([flatSpan(3, 1, 1, 2)]);
    store.close();
    advance(10_000);
    expect(finished).toHaveLength(1);
    expect(hasTimer()).toBe(false);
    expect(store.get(TRACE_ID)?.spans).toHaveLength(2);
  });
});

describe('an evicted trace', () => {
  // Each of these traces takes 906 bytes, so that a store of 1,000 bytes holds one.
  const small = { maxBytes: 1_000 };

  test('leaves the queue of quiet traces: it neither wakes the store nor delays the next trace', () => {
    const { store, finished, advance, hasTimer, wakeUps } = createVirtualStore(small);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(1) })]);
    advance(60);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(2) })]);
    expect(store.stats()).toMatchObject({ traces: 1, evictedTraces: 1 });
    advance(60);
    expect(wakeUps()).toBe(0);
    advance(40);
    expect(finished.map(({ traceId }) => traceId)).toEqual([traceIdOf(2)]);
    expect([wakeUps(), hasTimer()]).toEqual([1, false]);
  });

  test('leaves the queue of incomplete traces', () => {
    const { store, finished, advance, hasTimer } = createVirtualStore(small);
    store.add([flatSpan(1, 9, 0, 1, { traceId: traceIdOf(1) })]);
    advance(100);
    expect(hasTimer()).toBe(true);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(2) })]);
    expect(store.stats()).toMatchObject({ traces: 1, evictedTraces: 1 });
    advance(100);
    expect(finished.map(({ traceId }) => traceId)).toEqual([traceIdOf(2)]);
    expect(hasTimer()).toBe(false);
  });

  test('is a new trace when another of its spans arrives', () => {
    const { store, finished, advance } = createVirtualStore(small);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(1) })]);
    advance(100);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(2) })]);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(1) })]);
    advance(100);
    expect(finished.map(({ traceId, revision }) => [traceId, revision])).toEqual([
      [traceIdOf(1), 1],
      [traceIdOf(1), 1],
    ]);
  });
});

describe('memory', () => {
  test('is limited: the trace without a new span for the longest time is evicted and counted', () => {
    const { store } = createVirtualStore({ maxBytes: 3_000 });
    store.add([
      flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(1) }),
      flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(2) }),
    ]);
    store.add([flatSpan(2, 1, 0, 1, { traceId: traceIdOf(1) })]);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(3) })]);
    expect(store.list().map(summary => summary.traceId)).toEqual([traceIdOf(3), traceIdOf(1)]);
    expect(store.get(traceIdOf(2))).toBeUndefined();
    expect(store.stats()).toMatchObject({ traces: 2, spans: 3, evictedTraces: 1, evictedSpans: 1 });
  });

  test('of a trace larger than the store, the spans that do not fit are counted and returned to the caller', () => {
    const { store } = createVirtualStore({ maxBytes: 2_000 });
    const spans = Array.from({ length: 10 }, (_, index) => flatSpan(index + 1, undefined, 0, 1));
    const dropped = store.add(spans);
    expect(dropped).toBeGreaterThan(0);
    expect(store.stats()).toMatchObject({ droppedSpans: dropped, spans: 10 - dropped, evictedTraces: 0 });
    expect(store.get(TRACE_ID)?.spans).toHaveLength(10 - dropped);
  });

  test('every span is stored, resent, evicted or dropped, and the bytes stay within the limit', () => {
    const span: fc.Arbitrary<FlatSpan> = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.string({ maxLength: 400 }))
      .map(([trace, number, name]) => flatSpan(number, undefined, 0, 1, { traceId: traceIdOf(trace), name }));
    fc.assert(
      fc.property(fc.array(fc.array(span, { maxLength: 5 }), { maxLength: 20 }), requests => {
        const { store, advance, finished } = createVirtualStore({ maxBytes: 5_000 });
        for (const spans of requests) {
          store.add(spans);
          advance(30);
          expect(store.stats().bytes).toBeLessThanOrEqual(5_000);
        }
        const { receivedSpans, resentSpans, spans, evictedSpans, droppedSpans } = store.stats();
        expect(receivedSpans + resentSpans).toBe(requests.flat().length);
        expect(spans + evictedSpans + droppedSpans).toBe(receivedSpans);
        advance(100_000);
        const passedOn = new Set(finished.map(each => each.traceId));
        for (const { traceId } of store.list()) expect(passedOn).toContain(traceId);
      }),
    );
  });
});

test('spans of one trace come together from many requests and services', () => {
  const { store } = createVirtualStore();
  store.add([flatSpan(2, 1, 1, 2, { service: 'orders' })]);
  store.add([flatSpan(3, 2, 1, 2, { service: 'payment' })]);
  store.add([flatSpan(1, undefined, 0, 3, { service: 'gateway' })]);
  expect(store.list()).toMatchObject([
    {
      traceId: TRACE_ID,
      service: 'gateway',
      spanCount: 3,
      services: ['gateway', 'orders', 'payment'],
      problems: [],
    },
  ]);
  expect(store.get(TRACE_ID)?.roots.map(({ spanId }) => spanId)).toEqual([spanIdOf(1)]);
});

test('the list is newest first, limited, and follows new spans', () => {
  const { store } = createVirtualStore();
  for (let trace = 1; trace <= 5; trace++)
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceIdOf(trace) })]);
  expect(store.list(2).map(summary => summary.traceId)).toEqual([traceIdOf(5), traceIdOf(4)]);
  store.add([flatSpan(2, 1, 0, 9, { traceId: traceIdOf(1) })]);
  expect(store.list(1)).toMatchObject([{ traceId: traceIdOf(1), spanCount: 2, durationNs: 9e6 }]);
});
