// The result of the function is the result of trace.span.

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

    it('a promise with further members keeps them', async () => {
      const killed: string[] = [];
      const child = Object.assign(Promise.resolve(0), { pid: 7, kill: () => killed.push('kill') });
      const result = trace.span('work', () => child);
      result.kill();
      expect([result.pid, killed, await result]).toEqual([7, ['kill'], 0]);
      expect(subject.hasEnded('work')).toBe(true);
    });

    it('a promise of a subclass is an instance of it', async () => {
      class Later<T> extends Promise<T> {}
      const result = trace.span('work', () => new Later<number>(resolve => resolve(3)));
      expect(result).toBeInstanceOf(Later);
      expect(await result).toBe(3);
    });

    it('a thenable with its other members', async () => {
      const query = new Query('select 1');
      const result = trace.span('work', () => query);
      expect(result.sql).toBe('select 1');
      expect(result.describe()).toBe('query of select 1');
      expect(await result).toBe('row');
    });

    it('a fluent query returns the started one and runs once', async () => {
      const query = new Query('insert');
      const result = trace.span('work', () => query);
      expect(result.returning()).toBe(result);
      expect(await result.returning()).toBe('row');
      expect(query.startedIn).toHaveLength(1);
    });

    it('a thenable keeps its setters, its constructor and the statics of its members', async () => {
      const result = trace.span('work', () => new Query('select 1'));
      result.limit = 5;
      expect([result.limit, result.constructor, result.Model.table]).toEqual([5, Query, 'orders']);
      expect(new result.Model()).toBeInstanceOf(result.Model);
      expect(result.describe).toBe(result.describe);
      await result;
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

    it('a frozen thenable settles', async () => {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
      const thenable = Object.freeze({ then: (resolve: (value: number) => void) => resolve(5) });
      expect(await trace.span('work', () => thenable as unknown as PromiseLike<number>)).toBe(5);
      expect(subject.hasEnded('work')).toBe(true);
    });
  });
}
