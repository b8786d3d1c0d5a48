import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlatSpan } from '../../../src/analysis/index.js';
import { type TraceNotification, type StoreOptions, TraceStore } from '../../../src/receiver/index.js';
import { flatSpan, spanIdOf, TRACE_ID } from '../../support/flat-spans.js';

const traceId = (value: number): string => value.toString(16).padStart(32, '0');

/** A store in virtual time, with everything it announced. */
function virtualStore(options: Partial<StoreOptions> = {}) {
  let now = 0;
  let timer: { readonly callback: () => void; readonly dueMs: number } | undefined;
  const announced: (TraceNotification & { readonly traceId: string; readonly spans: number })[] = [];
  const store = new TraceStore({
    maxBytes: 1_000_000,
    quietMs: 100,
    incompleteMs: 1_000,
    clock: { monotonicMs: () => now },
    timers: {
      schedule(callback, delayMs) {
        const mine = { callback, dueMs: now + delayMs };
        timer = mine;
        return () => {
          if (timer === mine) timer = undefined;
        };
      },
    },
    onTrace: (trace, announcement) =>
      announced.push({ ...announcement, traceId: trace.traceId, spans: trace.spans.length }),
    ...options,
  });
  const advance = (ms: number): void => {
    const until = now + ms;
    while (timer !== undefined && timer.dueMs <= until) {
      const { callback, dueMs } = timer;
      timer = undefined;
      now = dueMs;
      callback();
    }
    now = until;
  };
  return { store, announced, advance, waits: () => timer !== undefined };
}

describe('a trace is finished', () => {
  test('when its root is there, no parent is missing, and nothing new came for quietMs', () => {
    const { store, announced, advance, waits } = virtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(90);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(99);
    expect(announced).toEqual([]);
    advance(1);
    expect(announced).toEqual([{ traceId: TRACE_ID, spans: 2, revision: 1, complete: true }]);
    expect(waits()).toBe(false);
  });

  test('not while a parent is missing, but after incompleteMs it is told all the same', () => {
    const { store, announced, advance } = virtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(999);
    expect(announced).toEqual([]);
    advance(1);
    expect(announced).toEqual([{ traceId: TRACE_ID, spans: 1, revision: 1, complete: false }]);
  });

  test('as soon as the missing parent has come and quietMs have passed', () => {
    const { store, announced, advance } = virtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(500);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(100);
    expect(announced).toMatchObject([{ spans: 2, complete: true }]);
  });

  test('again, whole, when more of it comes; not when a span is sent again', () => {
    const { store, announced, advance } = virtualStore();
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(100);
    store.add([flatSpan(1, undefined, 0, 3)]);
    advance(5_000);
    expect(announced).toHaveLength(1);
    store.add([flatSpan(2, 1, 1, 2)]);
    advance(100);
    expect(announced[1]).toMatchObject({ spans: 2, revision: 2 });
    expect(store.stats()).toMatchObject({ receivedSpans: 2, resentSpans: 1, spans: 2 });
  });

  test('at once on flush, and never after close', () => {
    const { store, announced, advance, waits } = virtualStore();
    store.add([flatSpan(2, 1, 1, 2)]);
    store.flush();
    expect(announced).toHaveLength(1);
    store.add([flatSpan(3, 1, 1, 2)]);
    store.close();
    advance(10_000);
    expect(announced).toHaveLength(1);
    expect(waits()).toBe(false);
    expect(store.get(TRACE_ID)?.spans).toHaveLength(2);
  });
});

describe('memory', () => {
  test('is bounded: the trace that was quiet the longest goes first, counted', () => {
    const { store } = virtualStore({ maxBytes: 3_000 });
    store.add([
      flatSpan(1, undefined, 0, 1, { traceId: traceId(1) }),
      flatSpan(1, undefined, 0, 1, { traceId: traceId(2) }),
    ]);
    store.add([flatSpan(2, 1, 0, 1, { traceId: traceId(1) })]);
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceId(3) })]);
    expect(store.list().map(summary => summary.traceId)).toEqual([traceId(3), traceId(1)]);
    expect(store.get(traceId(2))).toBeUndefined();
    expect(store.stats()).toMatchObject({ traces: 2, spans: 3, evictedTraces: 1, evictedSpans: 1 });
  });

  test('a trace larger than the store keeps what fits; the rest is counted and told to the sender', () => {
    const { store } = virtualStore({ maxBytes: 2_000 });
    const spans = Array.from({ length: 10 }, (_, index) => flatSpan(index + 1, undefined, 0, 1));
    const dropped = store.add(spans);
    expect(dropped).toBeGreaterThan(0);
    expect(store.stats()).toMatchObject({ droppedSpans: dropped, spans: 10 - dropped, evictedTraces: 0 });
    expect(store.get(TRACE_ID)?.spans).toHaveLength(10 - dropped);
  });

  test('every span is kept, resent, evicted or dropped, and the bytes stay within the bound', () => {
    const span: fc.Arbitrary<FlatSpan> = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), fc.string({ maxLength: 400 }))
      .map(([trace, number, name]) => flatSpan(number, undefined, 0, 1, { traceId: traceId(trace), name }));
    fc.assert(
      fc.property(fc.array(fc.array(span, { maxLength: 5 }), { maxLength: 20 }), requests => {
        const { store, advance, announced } = virtualStore({ maxBytes: 5_000 });
        for (const spans of requests) {
          store.add(spans);
          advance(30);
          expect(store.stats().bytes).toBeLessThanOrEqual(5_000);
        }
        const { receivedSpans, resentSpans, spans, evictedSpans, droppedSpans } = store.stats();
        expect(receivedSpans + resentSpans).toBe(requests.flat().length);
        expect(spans + evictedSpans + droppedSpans).toBe(receivedSpans);
        advance(100_000);
        const told = new Set(announced.map(each => each.traceId));
        for (const { traceId } of store.list()) expect(told).toContain(traceId);
      }),
    );
  });
});

test('spans of one trace come together from many requests and services', () => {
  const { store } = virtualStore();
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

test('the list is newest first, limited, and keeps up with news', () => {
  const { store } = virtualStore();
  for (let trace = 1; trace <= 5; trace++)
    store.add([flatSpan(1, undefined, 0, 1, { traceId: traceId(trace) })]);
  expect(store.list(2).map(summary => summary.traceId)).toEqual([traceId(5), traceId(4)]);
  store.add([flatSpan(2, 1, 0, 9, { traceId: traceId(1) })]);
  expect(store.list(1)).toMatchObject([{ traceId: traceId(1), spanCount: 2, durationNs: 9e6 }]);
});
