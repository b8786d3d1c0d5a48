// The end and the status of a span.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { createDeferred, Query } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeSpanEnd(subject: FacadeSubject): void {
  describe('the span ends when the result has settled', () => {
    it('at the return of a plain value', () => {
      trace.span('work', span => expect(span.isRecording()).toBe(true));
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('when a promise settles, before code that awaits it continues', async () => {
      const gate = createDeferred<string>();
      const result = trace.span('work', () => gate.promise);
      await nextTurn();
      expect(subject.hasEnded('work')).toBe(false);
      gate.resolve('done');
      await result.then(() => expect(subject.hasEnded('work')).toBe(true));
    });

    it('a lazy thenable runs when the application asks for its value, in the context of the span', async () => {
      const query = new Query('select 1');
      const result = trace.span('work', () => query);
      await nextTurn();
      expect(query.startedIn).toEqual([]);
      expect(await result).toBe('row');
      expect(query.startedIn.map(span => span?.spanContext().spanId)).toEqual([
        subject.span('work').spanContext().spanId,
      ]);
    });

    it('a generator runs each step in the context of the span, and its last step ends the span', () => {
      const seen: (Span | undefined)[] = [];
      const generator = trace.span('work', function* numbers() {
        seen.push(trace.getActiveSpan());
        const sent: number = yield 1;
        seen.push(trace.getActiveSpan());
        return sent;
      });
      expect(generator.next()).toEqual({ value: 1, done: false });
      expect(trace.getActiveSpan()).toBeUndefined();
      expect(subject.hasEnded('work')).toBe(false);
      expect(generator.next(42)).toEqual({ value: 42, done: true });
      const { spanId } = subject.span('work').spanContext();
      expect(seen.map(span => span?.spanContext().spanId)).toEqual([spanId, spanId]);
    });

    it('return() of a generator ends the span and runs its finally block', () => {
      let cleaned = false;
      const generator = trace.span('work', function* numbers() {
        try {
          yield 1;
          yield 2;
        } finally {
          cleaned = true;
        }
      });
      for (const value of generator) {
        expect(value).toBe(1);
        break;
      }
      expect([cleaned, subject.hasEnded('work')]).toEqual([true, true]);
      expect(subject.span('work').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('throw() of a generator ends the span with the error', () => {
      const generator = trace.span('work', function* numbers() {
        yield 1;
      });
      generator.next();
      const error = new Error('from outside');
      expect(() => generator.throw(error)).toThrow(error);
      expect(subject.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'from outside' });
    });

    it('an async generator that is read outside of the span runs in its context', async () => {
      const seen: (string | undefined)[] = [];
      const generator = trace.span('work', async function* numbers() {
        for (let i = 0; i < 3; i++) {
          await nextTurn();
          seen.push(trace.ids()?.spanId);
          yield i;
        }
      });
      const values: number[] = [];
      for await (const value of generator) {
        expect(trace.getActiveSpan()).toBeUndefined();
        values.push(value);
      }
      const { spanId } = subject.span('work').spanContext();
      expect([values, seen]).toEqual([
        [0, 1, 2],
        [spanId, spanId, spanId],
      ]);
    });

    it('an async generator that fails, or is left early, ends the span', async () => {
      const failing = trace.span('failing', async function* numbers() {
        yield 1;
        throw new Error('broken');
      });
      await expect(
        (async () => {
          for await (const _ of failing) void _;
        })(),
      ).rejects.toThrow('broken');
      const left = trace.span('left', async function* numbers() {
        yield 1;
        yield 2;
      });
      for await (const _ of left) break;
      expect(subject.span('failing').status.code).toBe(SpanStatusCode.ERROR);
      expect(subject.span('left').status.code).toBe(SpanStatusCode.UNSET);
    });

    it('the application may end it first, and the second end does nothing', async () => {
      await trace.span('work', async span => {
        span.end();
        await nextTurn();
      });
      expect(subject.spans()).toHaveLength(1);
    });

    it('an error after an early end is rethrown', async () => {
      const error = new Error('late');
      await expect(
        trace.span('work', async span => {
          span.end();
          throw error;
        }),
      ).rejects.toBe(error);
    });
  });

  describe('a normal return leaves the status of the application unchanged', () => {
    it.each([SpanStatusCode.OK, SpanStatusCode.ERROR])('code %s', async code => {
      await trace.span('work', async span => {
        span.setStatus({ code });
      });
      expect(subject.span('work').status.code).toBe(code);
    });

    it('no status', () => {
      trace.span('work', () => 1);
      expect(subject.span('work').status.code).toBe(SpanStatusCode.UNSET);
    });
  });
}
