// Errors of the function: they are rethrown, and recorded once.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { catchError, collectUnhandled, createDeferred, Query, throwError } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeErrors(subject: FacadeSubject): void {
  describe('an error is rethrown unchanged and recorded once', () => {
    it('thrown synchronously', () => {
      const error = new TypeError('bad input');
      expect(catchError(() => trace.span('work', () => throwError(error)))).toBe(error);
      const span = subject.span('work');
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad input' });
      expect(span.attributes['error.type']).toBe('TypeError');
      expect(span.events).toHaveLength(1);
      expect(span.events[0]).toMatchObject({
        name: 'exception',
        attributes: {
          'exception.type': 'TypeError',
          'exception.message': 'bad input',
          'exception.stacktrace': expect.stringContaining('errors.ts'),
        },
      });
    });

    it('as a rejection', async () => {
      const error = new Error('later');
      await expect(trace.span('work', () => Promise.reject(error))).rejects.toBe(error);
      expect(subject.span('work').status.code).toBe(SpanStatusCode.ERROR);
    });

    it('as the rejection of a thenable', async () => {
      const error = new Error('query failed');
      const query = new Query('boom', error);
      await expect(trace.span('work', () => query)).rejects.toBe(error);
      expect(subject.span('work').status.code).toBe(SpanStatusCode.ERROR);
    });

    it('an error that passes through several spans has its event on the innermost one only', async () => {
      const error = new Error('deep');
      await expect(
        trace.span('outer', () =>
          trace.span('middle', () => trace.span('inner', () => Promise.reject(error))),
        ),
      ).rejects.toBe(error);
      const counts = ['inner', 'middle', 'outer'].map(name => subject.span(name).events.length);
      expect(counts).toEqual([1, 0, 0]);
      for (const name of ['inner', 'middle', 'outer']) {
        expect(subject.span(name).status).toEqual({ code: SpanStatusCode.ERROR, message: 'deep' });
        expect(subject.span(name).attributes['error.type']).toBe('Error');
      }
    });

    it('a thrown string that passes through two spans is recorded once', () => {
      expect(
        catchError(() => trace.span('outer', () => trace.span('inner', () => throwError('no error object')))),
      ).toBe('no error object');
      expect(['inner', 'outer'].map(name => subject.span(name).events.length)).toEqual([1, 0]);
    });

    it('the same error object of a later attempt is recorded again', () => {
      const error = new Error('flaky');
      trace.span('outer', () => {
        catchError(() => trace.span('first', () => throwError(error)));
        catchError(() => trace.span('second', () => throwError(error)));
      });
      expect(['first', 'second', 'outer'].map(name => subject.span(name).events.length)).toEqual([1, 1, 0]);
    });

    it('the same error object of another trace is recorded again', () => {
      const error = new Error('shared');
      catchError(() => trace.span('one', () => throwError(error)));
      catchError(() => trace.span('two', () => throwError(error)));
      expect(['one', 'two'].map(name => subject.span(name).events.length)).toEqual([1, 1]);
    });

    it('siblings that fail with one shared promise each record it, and the spans around them do not', async () => {
      const gate = createDeferred<void>();
      const error = new Error('shared');
      const shared = gate.promise.then(() => throwError(error));
      const all = trace.span('parent', () =>
        Promise.all([
          trace.span('A', async () => {
            await nextTurn();
            return shared;
          }),
          trace.span('B', () => shared),
          trace.span('C', () => trace.span('inner', () => shared)),
        ]),
      );
      await nextTurn();
      await nextTurn();
      gate.resolve();
      await expect(all).rejects.toBe(error);
      await nextTurn();
      const counts = ['A', 'B', 'inner', 'C', 'parent'].map(name => subject.span(name).events.length);
      expect(counts).toEqual([1, 1, 1, 0, 0]);
    });

    it('an error that passes a span without failing it is recorded once', async () => {
      const error = new Error('carried');
      await expect(
        trace.span('outer', async () => {
          const result = await trace.span('middle', () =>
            trace.span('inner', () => Promise.reject(error)).catch((caught: unknown) => ({ caught })),
          );
          throw (result as { caught: unknown }).caught;
        }),
      ).rejects.toBe(error);
      expect(['inner', 'middle', 'outer'].map(name => subject.span(name).events.length)).toEqual([1, 0, 0]);
    });

    it('an error that is recorded with recordError and then thrown is recorded once', () => {
      const error = new Error('known');
      catchError(() =>
        trace.span('work', () => {
          trace.recordError(error);
          throw error;
        }),
      );
      expect(subject.span('work').events).toHaveLength(1);
    });

    it('the chain of causes is recorded, also a cyclic one', () => {
      const root = new Error('socket closed');
      const middle = new Error('query failed', { cause: root });
      const error = new Error('order failed', { cause: middle });
      root.cause = error;
      catchError(() => trace.span('work', () => throwError(error)));
      const attributes = subject.span('work').events[0]?.attributes;
      expect(attributes?.['exception.causes']).toEqual(['Error: query failed', 'Error: socket closed']);
      expect(attributes?.['exception.stacktrace']).toContain('Caused by: Error: query failed');
    });

    it('the class name is the type, and the code is a separate attribute', () => {
      class DatabaseError extends Error {
        readonly code = '23505';
      }
      catchError(() => trace.span('work', () => throwError(new DatabaseError('duplicate key'))));
      expect(subject.span('work').attributes['error.type']).toBe('DatabaseError');
      expect(subject.span('work').events[0]?.attributes).toMatchObject({
        'exception.type': 'DatabaseError',
        'exception.code': '23505',
      });
    });

    it('the type of a plain Error with a code is its code', () => {
      catchError(() =>
        trace.span('work', () => throwError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))),
      );
      expect(subject.span('work').attributes['error.type']).toBe('ECONNREFUSED');
    });

    it.each([
      ['undefined', undefined, 'undefined'],
      ['null', null, 'null'],
      ['string', 'text', 'text'],
      ['number', 42, '42'],
      ['Object', { reason: 'x' }, '{"reason":"x"}'],
    ])('a thrown %s is rethrown unchanged', (type, value, message) => {
      expect(catchError(() => trace.span('work', () => throwError(value)))).toBe(value);
      const span = subject.span('work');
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message });
      expect(span.attributes['error.type']).toBe(type);
    });

    it('frozen errors, and errors with getters that throw, are rethrown unchanged', () => {
      const frozen = Object.freeze(new Error('cold'));
      const hostile = new Proxy(new Error('x'), {
        get() {
          throw new Error('getter');
        },
      });
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      for (const error of [frozen, hostile, revoked.proxy]) {
        expect(catchError(() => trace.span('work', () => throwError(error)))).toBe(error);
      }
      expect(subject.spans().map(span => span.status.code)).toEqual([2, 2, 2]);
    });

    it('isError returns false to leave the status unset', async () => {
      const notFound = new Error('404');
      const isError = (error: unknown): boolean => error !== notFound;
      await expect(trace.span('expected', { isError }, () => Promise.reject(notFound))).rejects.toBe(
        notFound,
      );
      await expect(trace.span('real', { isError }, () => Promise.reject(new Error('500')))).rejects.toThrow(
        '500',
      );
      expect(subject.span('expected').status.code).toBe(SpanStatusCode.UNSET);
      expect(subject.span('expected').events).toEqual([]);
      expect(subject.span('real').status.code).toBe(SpanStatusCode.ERROR);
    });

    it('an isError that throws counts as true', () => {
      const error = new Error('mine');
      const isError = (): boolean => {
        throw new Error('theirs');
      };
      expect(catchError(() => trace.span('work', { isError }, () => throwError(error)))).toBe(error);
      expect(subject.span('work').status.message).toBe('mine');
    });

    it('an unhandled rejection stays unhandled', async () => {
      const error = new Error('forgotten');
      const later = class Later<T> extends Promise<T> {};
      const unhandled = await collectUnhandled(() => {
        void trace.span('work', () => Promise.reject(error));
        void trace.span('subclass', () => later.reject(error));
      });
      expect(unhandled).toEqual([error, error]);
    });

    it('the rejection of a thenable is unhandled only if the application uses the thenable', async () => {
      const error = new Error('never wanted');
      const unhandled = await collectUnhandled(() => void trace.span('work', () => new Query('boom', error)));
      // Nothing has used the query, so nothing has started it.
      expect([unhandled, subject.hasEnded('work')]).toEqual([[], false]);
      const wanted = await collectUnhandled(() => {
        void Promise.resolve(trace.span('wanted', () => new Query('boom', error)));
      });
      expect(wanted).toEqual([error]);
    });
  });
}
