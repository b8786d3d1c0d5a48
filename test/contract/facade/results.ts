// The result of the function is the result of trace.span.

import { types } from 'node:util';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { countItems, createTokenStream, Query, TokenStream } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeResults(subject: FacadeSubject): void {
  describe('the result of the function is returned unchanged', () => {
    it.each([1, 'text', null, undefined, true, 10n, Symbol.iterator])('the plain value %s', value => {
      expect(trace.span('work', () => value)).toBe(value);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('the same object, array and function', () => {
      for (const value of [{ a: 1 }, [1, 2], () => 1, new Map(), new Date()]) {
        expect(trace.span('work', () => value)).toBe(value);
      }
    });

    it('a promise resolving to the same value', async () => {
      const value = { id: 1 };
      const promise = trace.span('work', async () => value);
      expect(promise).toBeInstanceOf(Promise);
      expect(await promise).toBe(value);
    });

    describe('the same object', () => {
      class Later<T> extends Promise<T> {}
      it.each<[string, () => PromiseLike<unknown>]>([
        ['a promise with further members', () => Object.assign(Promise.resolve('row'), { pid: 7 })],
        ['a promise of a subclass', () => new Later(resolve => resolve('row'))],
        ['a lazy query', () => new Query('select 1') as unknown as PromiseLike<string>],
      ])('for %s, which has its own members again once it has settled', async (_, create) => {
        const value = create();
        const [keys, prototype] = [Object.keys(value), Object.getPrototypeOf(value)];
        const result = trace.span('work', () => value);
        expect(result).toBe(value);
        expect(types.isPromise(result)).toBe(value instanceof Promise);
        expect([Object.keys(result), Object.getPrototypeOf(result)]).toEqual([keys, prototype]);
        expect(subject.hasEnded('work')).toBe(false);
        expect(await result).toBe('row');
        expect(subject.hasEnded('work')).toBe(true);
        expect(Object.getOwnPropertyNames(value)).toEqual(expect.arrayContaining(keys));
        expect(['then', 'catch', 'finally', 'constructor'].filter(key => Object.hasOwn(value, key))).toEqual(
          [],
        );
      });
    });

    it('a query that was chained and is used several times runs as often as untraced', async () => {
      const query = new Query('insert');
      const result = trace.span('work', () => query);
      expect(result.returning()).toBe(query);
      expect([await result, await result.returning()]).toEqual(['row', 'row']);
      expect(query.startedIn.map(span => span?.spanContext().spanId)).toEqual([
        subject.span('work').spanContext().spanId,
        undefined,
      ]);
    });

    it('an iterator of a class keeps its class, its members and its private fields', () => {
      class Countdown {
        #left = 2;
        readonly label = 'down';
        next(): IteratorResult<number> {
          return this.#left === 0 ? { done: true, value: undefined } : { done: false, value: this.#left-- };
        }
        return(): IteratorResult<number> {
          return { done: true, value: undefined };
        }
        throw(error: unknown): IteratorResult<number> {
          throw error;
        }
        left(): number {
          return this.#left;
        }
        [Symbol.iterator](): this {
          return this;
        }
      }
      const result = trace.span('work', () => new Countdown());
      expect([result instanceof Countdown, result.label, result.left()]).toEqual([true, 'down', 2]);
      expect(subject.hasEnded('work')).toBe(false);
      expect([...result]).toEqual([2, 1]);
      expect([result.left(), subject.hasEnded('work')]).toEqual([0, true]);
    });

    it('a stream that is also an iterator keeps its class and all read methods', async () => {
      const make = (name: string): TokenStream => trace.span(name, () => createTokenStream(trace.ids));
      const iterated: unknown[] = [];
      const first = make('iterated');
      expect([first instanceof TokenStream, first instanceof ReadableStream]).toEqual([true, true]);
      for await (const token of first) iterated.push(token);
      expect(iterated).toEqual([subject.span('iterated').spanContext().spanId]);
      const [left, right] = make('teed').tee();
      expect(subject.hasEnded('teed')).toBe(false);
      expect(await Promise.all([countItems(left), countItems(right)])).toEqual([1, 1]);
      const piped: unknown[] = [];
      await make('piped').pipeTo(new WritableStream({ write: token => void piped.push(token) }));
      await make('cancelled').cancel();
      const locked = make('locked');
      expect(locked.locked).toBe(false);
      const reader = locked.getReader();
      expect(locked.locked).toBe(true);
      await reader.cancel();
      expect(piped).toHaveLength(1);
      expect(['teed', 'piped', 'cancelled', 'locked'].filter(name => !subject.hasEnded(name))).toEqual([]);
    });

    it('a frozen thenable, whose span ends at once', async () => {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
      const thenable = Object.freeze({ then: (resolve: (value: number) => void) => resolve(5) });
      const result = trace.span('work', () => thenable as unknown as PromiseLike<number>);
      expect(subject.span('work').attributes).toEqual({ 'do.span.unobserved': true });
      expect(await result).toBe(5);
    });
  });
}
