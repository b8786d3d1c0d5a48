import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildTraces, type FlatSpan, type Trace } from '../../../src/analysis/index.js';
import { buildTrace, flatSpan, spanIdOf } from '../../support/flat-spans.js';

const codes = (trace: Trace): string[] => trace.problems.map(({ code }) => code);
const ids = (spans: readonly { readonly spanId: string }[]): number[] =>
  spans.map(({ spanId }) => Number(`0x${spanId}`));

test('children are ordered by start in any order of arrival', () => {
  const trace = buildTrace([
    flatSpan(3, 1, 5, 6),
    flatSpan(2, 1, 1, 2),
    flatSpan(1, undefined, 0, 10),
    flatSpan(4, 1, 3, 4),
  ]);
  expect(ids(trace.roots)).toEqual([1]);
  expect(ids(trace.roots[0]?.children ?? [])).toEqual([2, 4, 3]);
  expect(trace.problems).toEqual([]);
});

test('times are nanoseconds since the earliest start, exact to the nanosecond', () => {
  const epoch = 1_800_000_000_123_456_789n;
  const trace = buildTrace([
    flatSpan(1, undefined, 0, 0, {
      startNs: epoch,
      endNs: epoch + 7n,
      events: [{ name: 'e', timeNs: epoch + 3n, attributes: {} }],
    }),
    flatSpan(2, 1, 0, 0, { startNs: epoch + 1n, endNs: epoch + 2n }),
  ]);
  expect(trace.epochNs).toBe(epoch);
  expect(trace.spans.map(({ start, end }) => [start, end])).toEqual([
    [0, 7],
    [1, 2],
  ]);
  expect(trace.spans[0]?.events[0]?.time).toBe(3);
});

test('several roots are kept, services are in the order of their first span, traces are separate', () => {
  const other = 'f'.repeat(32);
  const traces = buildTraces([
    flatSpan(1, undefined, 5, 9, { service: 'b' }),
    flatSpan(2, undefined, 1, 2, { service: 'a' }),
    flatSpan(3, undefined, 1, 2, { traceId: other }),
    flatSpan(4, 1, 6, 7, { service: 'a' }),
  ]);
  expect(traces.map(trace => ids(trace.roots))).toEqual([[2, 1], [3]]);
  expect(traces[0]?.services).toEqual(['a', 'b']);
});

test('a span whose parent is missing is a root with a problem', () => {
  const trace = buildTrace([flatSpan(1, undefined, 0, 9), flatSpan(2, 99, 1, 2)]);
  expect(ids(trace.roots)).toEqual([1, 2]);
  expect(trace.roots[1]?.parentSpanId).toBe(spanIdOf(99));
  expect(trace.problems).toMatchObject([{ code: 'missing_parent', spanId: spanIdOf(2) }]);
});

test('a span that was sent twice is kept once', () => {
  const trace = buildTrace([flatSpan(1, undefined, 0, 9), flatSpan(1, undefined, 0, 9)]);
  expect(trace.spans).toHaveLength(1);
  expect(trace.problems).toEqual([]);
});

test('two spans with one id are both kept, with a problem', () => {
  const trace = buildTrace([
    flatSpan(1, undefined, 0, 9),
    flatSpan(1, undefined, 2, 3, { name: 'other' }),
    flatSpan(2, 1, 1, 2),
  ]);
  expect(trace.spans).toHaveLength(3);
  expect(trace.roots).toHaveLength(2);
  expect(trace.roots[0]?.children).toHaveLength(1);
  expect(codes(trace)).toEqual(['duplicate_span']);
});

test.each<[string, FlatSpan[]]>([
  ['a span that is its own parent', [flatSpan(1, 1, 0, 9)]],
  ['a cycle of three', [flatSpan(2, 1, 1, 5), flatSpan(3, 2, 2, 4), flatSpan(1, 3, 0, 9)]],
  ['a cycle with a tail', [flatSpan(4, 2, 3, 4), flatSpan(1, 2, 0, 9), flatSpan(2, 1, 1, 8)]],
])('%s is cut at its earliest span', (_, spans) => {
  const trace = buildTrace(spans);
  expect(ids(trace.roots)).toEqual([1]);
  expect(trace.problems).toMatchObject([{ code: 'parent_cycle', spanId: spanIdOf(1) }]);
});

test('a span that ends before it starts has no duration and a problem', () => {
  const trace = buildTrace([flatSpan(1, undefined, 5, 3)]);
  expect(trace.spans[0]).toMatchObject({ start: 0, end: 0 });
  expect(codes(trace)).toEqual(['negative_duration']);
});

describe('any spans', () => {
  const any = fc.array(
    fc
      .tuple(
        fc.integer({ min: 1, max: 12 }),
        fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
        fc.nat(20),
        fc.nat(20),
      )
      .map(([span, parent, start, end]) => flatSpan(span, parent, start, end)),
    { minLength: 1, maxLength: 30 },
  );

  test('are each reached once from the roots, below the parent that they name', () => {
    fc.assert(
      fc.property(any, spans => {
        const trace = buildTrace(spans);
        const reached = [...trace.roots];
        for (const span of reached) {
          for (const child of span.children) {
            expect(child.parent).toBe(span);
            expect(child.parentSpanId).toBe(span.spanId);
            reached.push(child);
          }
        }
        expect(new Set(reached)).toEqual(new Set(trace.spans));
        expect(reached).toHaveLength(trace.spans.length);
        for (const root of trace.roots) expect(root.parent).toBeUndefined();
      }),
    );
  });

  test('with distinct ids give the same tree in any order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          any.map(spans => spans[0] ?? flatSpan(1, undefined, 0, 1)),
          { selector: span => span.spanId, minLength: 1 },
        ),
        spans => {
          const { problems, ...forwards } = buildTrace(spans);
          const { problems: others, ...backwards } = buildTrace([...spans].reverse());
          expect(backwards).toEqual(forwards);
          expect(new Set(others.map(({ message }) => message))).toEqual(
            new Set(problems.map(({ message }) => message)),
          );
        },
      ),
    );
  });
});

test('a chain of 100,000 spans, and a cycle of as many, do not overflow', () => {
  const chain = Array.from({ length: 100_000 }, (_, index) =>
    flatSpan(index + 1, index === 0 ? undefined : index, index, 200_000),
  );
  expect(buildTrace(chain).roots).toHaveLength(1);
  const cycle = [...chain.slice(1), flatSpan(1, 100_000, 0, 200_000)];
  const trace = buildTrace(cycle);
  expect([ids(trace.roots), codes(trace)]).toEqual([[1], ['parent_cycle']]);
});
