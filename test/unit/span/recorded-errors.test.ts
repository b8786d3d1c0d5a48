import type { Span } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addRecord, findInnerRecord } from '../../../src/span/recorded-errors.js';
import { trace } from '../../../src/span/trace.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterAll(() => tracing.stop());

it.each([new Error('passing through'), 'a thrown string'])(
  'an error that passes through the ESM and the CommonJS copy is recorded once: %s',
  async error => {
    vi.resetModules();
    const { trace: other } = await import('../../../src/span/trace.js');
    expect(other).not.toBe(trace);
    for (const [outer, inner] of [
      [trace, other],
      [other, trace],
    ] as const) {
      tracing.reset();
      expect(() =>
        outer.span('outer', () =>
          inner.span('inner', () => {
            throw error;
          }),
        ),
      ).toThrow();
      expect([tracing.span('inner').events.length, tracing.span('outer').events.length]).toEqual([1, 0]);
    }
  },
);

const wasRecorded = (error: unknown, span: Span, order: number): boolean =>
  findInnerRecord(error, span, order) !== undefined;
const markRecorded = (error: unknown, span: Span, order: number): void =>
  addRecord(error, span, order, false);

describe('findInnerRecord', () => {
  /** Runs a function with a parent span and a child span, both active in turn. */
  function withFamily(run: (parent: Span, child: Span) => void): void {
    trace.span('parent', parent => trace.span('child', child => run(parent, child)));
  }

  it('finds the record of a span inside, for the spans around it', () => {
    const error = new Error('x');
    withFamily((parent, child) => {
      expect(wasRecorded(error, child, 2)).toBe(false);
      markRecorded(error, child, 2);
      expect(wasRecorded(error, parent, 1)).toBe(true);
    });
  });

  it('finds nothing for spans that started later, and in another trace', () => {
    const error = new Error('x');
    withFamily((parent, child) => {
      markRecorded(error, parent, 1);
      expect(wasRecorded(error, child, 2)).toBe(false);
    });
    withFamily((_, child) => expect(wasRecorded(error, child, 0)).toBe(false));
  });

  it('finds nothing for a sibling', () => {
    const error = new Error('x');
    trace.span('parent', () => {
      const [first, second] = [trace.startSpan('first'), trace.startSpan('second')];
      markRecorded(error, second, 3);
      expect(wasRecorded(error, first, 2)).toBe(false);
    });
  });

  it('finds an expected error object in another trace, and no primitive value', () => {
    for (const [error, isFound] of [
      [new Error('x'), true],
      ['x', false],
    ] as const) {
      withFamily((_, child) => addRecord(error, child, 9, true));
      withFamily((_, child) => {
        expect(findInnerRecord(error, child, 5)?.isExpected === true).toBe(isFound);
        expect(findInnerRecord(error, child, 10)).toBeUndefined();
      });
    }
  });

  it('distinguishes primitive values, and knows the latest 16 of them', () => {
    withFamily((parent, child) => {
      markRecorded('oldest', child, 2);
      for (let i = 0; i < 15; i++) markRecorded(i, child, 2);
      expect([wasRecorded('oldest', parent, 1), wasRecorded(14, parent, 1)]).toEqual([true, true]);
      expect(wasRecorded('14', parent, 1)).toBe(false);
      markRecorded(Number.NaN, child, 2);
      expect([wasRecorded('oldest', parent, 1), wasRecorded(Number.NaN, parent, 1)]).toEqual([false, true]);
    });
  });
});
