// The rules of trace.span, each by its name; every provider behind the facade must keep them.

import { EventEmitter, once } from 'node:events';
import { Duplex, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Span, SpanKind, SpanStatusCode, trace as apiTrace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDiagnostics } from '../../src/core/diagnostics.js';
import { globalState } from '../../src/core/global-state.js';
import { trace } from '../../src/span/trace.js';
import type { TestTracing } from '../support/providers.js';

/** Runs the facade's contract on one provider. */
export function facadeContract(name: string, make: () => TestTracing): void {
  describe(`the facade on ${name}`, () => {
    let tracing: TestTracing;
    beforeAll(() => {
      tracing = make();
    });
    afterEach(() => tracing.reset());
    afterAll(() => tracing.stop());

    const ended = (name: string): boolean => tracing.spans().some(span => span.name === name);
    const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;

    describe('Result: whatever fn returns comes back', () => {
      it.each([1, 'text', null, undefined, true, 10n, Symbol.iterator])('the plain value %s', value => {
        expect(trace.span('work', () => value)).toBe(value);
        expect(ended('work')).toBe(true);
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

      it('a promise with members of its own keeps them', async () => {
        const killed: string[] = [];
        const child = Object.assign(Promise.resolve(0), { pid: 7, kill: () => killed.push('kill') });
        const result = trace.span('work', () => child);
        result.kill();
        expect([result.pid, killed, await result]).toEqual([7, ['kill'], 0]);
        expect(ended('work')).toBe(true);
      });

      it('a promise of a subclass stays one to instanceof', async () => {
        class Later<T> extends Promise<T> {}
        const result = trace.span('work', () => new Later<number>(resolve => resolve(3)));
        expect(result).toBeInstanceOf(Later);
        expect(await result).toBe(3);
      });

      it('a thenable, with its other members', async () => {
        const query = new Query('select 1');
        const result = trace.span('work', () => query);
        expect(result.sql).toBe('select 1');
        expect(result.describe()).toBe('query of select 1');
        expect(await result).toBe('row');
      });

      it('a fluent query goes on with the started one: it runs once', async () => {
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
        expect(ended('work')).toBe(false);
        expect([...result]).toEqual([2, 1]);
        expect([result.left(), ended('work')]).toEqual([0, true]);
      });

      it('a stream that is an iterator, too, keeps its class and every way of reading it', async () => {
        const make = (name: string): TokenStream => trace.span(name, () => tokens(trace.ids));
        const iterated: unknown[] = [];
        const first = make('iterated');
        expect([first instanceof TokenStream, first instanceof ReadableStream]).toEqual([true, true]);
        for await (const token of first) iterated.push(token);
        expect(iterated).toEqual([tracing.span('iterated').spanContext().spanId]);
        const [left, right] = make('teed').tee();
        expect(ended('teed')).toBe(false);
        expect(await Promise.all([drained(left), drained(right)])).toEqual([1, 1]);
        const piped: unknown[] = [];
        await make('piped').pipeTo(new WritableStream({ write: token => void piped.push(token) }));
        await make('cancelled').cancel();
        const locked = make('locked');
        expect(locked.locked).toBe(false);
        const reader = locked.getReader();
        expect(locked.locked).toBe(true);
        await reader.cancel();
        expect(piped).toHaveLength(1);
        expect(['teed', 'piped', 'cancelled', 'locked'].filter(name => !ended(name))).toEqual([]);
      });

      it('a frozen thenable still settles', async () => {
        // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what is tested
        const thenable = Object.freeze({ then: (resolve: (value: number) => void) => resolve(5) });
        expect(await trace.span('work', () => thenable as unknown as PromiseLike<number>)).toBe(5);
        expect(ended('work')).toBe(true);
      });
    });

    describe('End: the span ends when the result has settled', () => {
      it('at return for a plain value', () => {
        trace.span('work', span => expect(span.isRecording()).toBe(true));
        expect(ended('work')).toBe(true);
      });

      it('when a promise settles, before whoever awaits it goes on', async () => {
        const gate = deferred<string>();
        const result = trace.span('work', () => gate.promise);
        await nextTurn();
        expect(ended('work')).toBe(false);
        gate.resolve('done');
        await result.then(() => expect(ended('work')).toBe(true));
      });

      it('a lazy thenable is started exactly once, inside the span', async () => {
        const query = new Query('select 1');
        const result = trace.span('work', () => query);
        expect(await Promise.all([result, result])).toEqual(['row', 'row']);
        expect(query.startedIn.map(span => span?.spanContext().spanId)).toEqual([
          tracing.span('work').spanContext().spanId,
        ]);
      });

      it('a generator runs each step inside the span and ends it at done', () => {
        const seen: (Span | undefined)[] = [];
        const generator = trace.span('work', function* numbers() {
          seen.push(trace.getActiveSpan());
          const sent: number = yield 1;
          seen.push(trace.getActiveSpan());
          return sent;
        });
        expect(generator.next()).toEqual({ value: 1, done: false });
        expect(trace.getActiveSpan()).toBeUndefined();
        expect(ended('work')).toBe(false);
        expect(generator.next(42)).toEqual({ value: 42, done: true });
        const { spanId } = tracing.span('work').spanContext();
        expect(seen.map(span => span?.spanContext().spanId)).toEqual([spanId, spanId]);
      });

      it('a generator ends it at return, and its finally runs', () => {
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
        expect([cleaned, ended('work')]).toEqual([true, true]);
        expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
      });

      it('a generator ends it at throw, with the error', () => {
        const generator = trace.span('work', function* numbers() {
          yield 1;
        });
        generator.next();
        const error = new Error('from outside');
        expect(() => generator.throw(error)).toThrow(error);
        expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'from outside' });
      });

      it('an async generator consumed outside runs inside the span', async () => {
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
        const { spanId } = tracing.span('work').spanContext();
        expect([values, seen]).toEqual([
          [0, 1, 2],
          [spanId, spanId, spanId],
        ]);
      });

      it('an async generator that fails, or is left early, ends it', async () => {
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
        expect(tracing.span('failing').status.code).toBe(SpanStatusCode.ERROR);
        expect(tracing.span('left').status.code).toBe(SpanStatusCode.UNSET);
      });

      it('the user may end it first; a second end is a no-op', async () => {
        await trace.span('work', async span => {
          span.end();
          await nextTurn();
        });
        expect(tracing.spans()).toHaveLength(1);
      });

      it('after an early end an error still comes through', async () => {
        const error = new Error('late');
        await expect(
          trace.span('work', async span => {
            span.end();
            throw error;
          }),
        ).rejects.toBe(error);
      });
    });

    describe('stream: true keeps the span open until the stream was read', () => {
      it('an async iterable', async () => {
        const iterable = {
          label: 'rows',
          async *[Symbol.asyncIterator]() {
            yield trace.ids()?.spanId;
          },
        };
        const result = trace.span('work', { stream: true }, () => iterable);
        expect(result.label).toBe('rows');
        expect(ended('work')).toBe(false);
        const values: unknown[] = [];
        for await (const value of result) values.push(value);
        expect(values).toEqual([tracing.span('work').spanContext().spanId]);
      });

      it('an iterable that came out of a promise', async () => {
        const result = await trace.span('work', { stream: true }, async () =>
          (async function* tokens() {
            yield 'a';
          })(),
        );
        expect(ended('work')).toBe(false);
        for await (const _ of result) void _;
        expect(ended('work')).toBe(true);
      });

      it('a Node Readable, read to its end', async () => {
        const seen: unknown[] = [];
        const source = new Readable({
          read() {
            seen.push(trace.ids()?.spanId);
            this.push(seen.length > 2 ? null : 'chunk');
          },
        });
        const result = trace.span('work', { stream: true }, () => source);
        expect(result).toBe(source);
        expect(ended('work')).toBe(false);
        const chunks = await result.toArray();
        await nextTurn();
        expect(chunks).toHaveLength(2);
        const { spanId } = tracing.span('work').spanContext();
        expect(new Set(seen)).toEqual(new Set([spanId]));
      });

      it('a Node Readable that errors or is destroyed', async () => {
        const failing = trace.span('failing', { stream: true }, () => new Readable({ read() {} }));
        failing.on('error', () => {});
        failing.destroy(new Error('disk'));
        const cancelled = trace.span('cancelled', { stream: true }, () => new Readable({ read() {} }));
        cancelled.destroy();
        await nextTurn();
        await nextTurn();
        expect(tracing.span('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'disk' });
        expect(tracing.span('cancelled').status.code).toBe(SpanStatusCode.UNSET);
      });

      it('an error of a Node Readable that nobody handles stays unhandled', async () => {
        const stream = trace.span('work', { stream: true }, () => new Readable({ read() {} }));
        expect(stream.listenerCount('error')).toBe(0);
        stream.once('error', () => {});
        stream.destroy(new Error('disk'));
        await nextTurn();
        expect(tracing.span('work').status.message).toBe('disk');
      });

      it('a Node Readable that is over already', async () => {
        const failed = new Readable({ read() {} }).on('error', () => {});
        failed.destroy(new Error('early'));
        const destroyed = new Readable({ read() {} });
        destroyed.destroy();
        await nextTurn();
        trace.span('failed', { stream: true }, () => failed);
        trace.span('destroyed', { stream: true }, () => destroyed);
        expect(tracing.span('failed').status).toEqual({ code: SpanStatusCode.ERROR, message: 'early' });
        expect(tracing.span('destroyed').status.code).toBe(SpanStatusCode.UNSET);
      });

      it('a Duplex ends it when it was read, and an error behind the end changes nothing', async () => {
        const duplex = trace.span(
          'work',
          { stream: true },
          () =>
            new Duplex({
              read() {
                this.push(null);
              },
              write: (_chunk, _encoding, done) => done(),
            }),
        );
        duplex.on('error', () => {});
        duplex.resume();
        await once(duplex, 'end');
        expect(ended('work')).toBe(true);
        duplex.destroy(new Error('late'));
        await nextTurn();
        expect(tracing.spans().map(span => span.status.code)).toEqual([SpanStatusCode.UNSET]);
      });

      it('a frozen async iterable, and one of a class', async () => {
        class Rows {
          static readonly size = 2;
          readonly #row: string;
          constructor(row: string) {
            this.#row = row;
          }
          row(): string {
            return this.#row;
          }
          async *[Symbol.asyncIterator](): AsyncGenerator<string> {
            yield this.row();
          }
        }
        const frozen = Object.freeze({ label: 'cold', [Symbol.asyncIterator]: () => numbers() });
        const cold = trace.span('frozen', { stream: true }, () => frozen);
        const rows = trace.span('rows', { stream: true }, () => new Rows('row'));
        expect([cold.label, Object.keys(cold), rows.constructor]).toEqual(['cold', ['label'], Rows]);
        expect([await drained(cold), await drained(rows)]).toEqual([2, 1]);
        expect([ended('frozen'), ended('rows')]).toEqual([true, true]);
      });

      it('a stream of bytes stays one: readers bring their own buffer', async () => {
        const bytes = new ReadableStream({
          type: 'bytes',
          start(controller) {
            controller.enqueue(new TextEncoder().encode('hello'));
            controller.close();
          },
        });
        const response = await trace.span('work', { stream: true }, async () => new Response(bytes));
        const reader = response.body?.getReader({ mode: 'byob' });
        const first = await reader?.read(new Uint8Array(8));
        expect(Buffer.from(first?.value ?? []).toString()).toBe('hello');
        expect((await reader?.read(new Uint8Array(8)))?.done).toBe(true);
        expect(ended('work')).toBe(true);
      });

      it('a ReadableStream whose source refuses to be cancelled', async () => {
        const source = new ReadableStream({ cancel: () => Promise.reject(new Error('stuck')) });
        const stream = trace.span('work', { stream: true }, () => source);
        await expect(stream.cancel()).rejects.toThrow('stuck');
        expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'stuck' });
      });

      it('a ReadableStream: end, error and cancel', async () => {
        const chunks = (fail?: Error): ReadableStream<string> =>
          new ReadableStream({
            pull(controller) {
              controller.enqueue('a');
              if (fail === undefined) controller.close();
              else controller.error(fail);
            },
          });
        const read = trace.span('read', { stream: true }, () => chunks());
        expect(ended('read')).toBe(false);
        const values: string[] = [];
        for await (const chunk of read) values.push(chunk);
        const failing = trace.span('failing', { stream: true }, () => chunks(new Error('reset'))).getReader();
        await expect(
          (async () => {
            while (!(await failing.read()).done);
          })(),
        ).rejects.toThrow('reset');
        await trace.span('cancelled', { stream: true }, () => chunks()).cancel('enough');
        expect(values).toEqual(['a']);
        expect(['read', 'cancelled'].map(name => tracing.span(name).status.code)).toEqual([0, 0]);
        expect(tracing.span('failing').status).toEqual({ code: SpanStatusCode.ERROR, message: 'reset' });
      });

      it('a ReadableStream that is cancelled while a chunk is on its way', async () => {
        let push = (): void => {};
        const source = new ReadableStream<string>({
          pull: controller =>
            new Promise<void>(resolve => {
              push = () => {
                controller.enqueue('late');
                resolve();
              };
            }),
        });
        const reader = trace.span('work', { stream: true }, () => source).getReader();
        const pending = reader.read();
        await nextTurn();
        push();
        await reader.cancel();
        await pending;
        await nextTurn();
        expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
      });

      it('a Response of a class of its own comes back itself, and ends the span at once', async () => {
        class PageResponse extends Response {
          readonly cookies = new Map([['a', 'b']]);
        }
        const page = new PageResponse('hello');
        expect(trace.span('work', { stream: true }, () => page)).toBe(page);
        expect(ended('work')).toBe(true);
        expect(await page.text()).toBe('hello');
      });

      it('the body of a Response, with status and headers kept', async () => {
        const result = await trace.span(
          'work',
          { stream: true },
          async () => new Response('hello', { status: 201, headers: { 'x-a': 'b' } }),
        );
        expect(ended('work')).toBe(false);
        expect([result.status, result.headers.get('x-a'), await result.text()]).toEqual([201, 'b', 'hello']);
        expect(ended('work')).toBe(true);
      });

      it('a Response with a status of its own making, and its clones', async () => {
        const original = new Response('hello');
        for (const [key, value] of [
          ['status', 999],
          ['ok', false],
          ['url', 'https://shop.example/orders'],
        ] as const) {
          Object.defineProperty(original, key, { value });
        }
        const result = trace.span('work', { stream: true }, () => original);
        const clone = result.clone();
        expect([result.status, result.ok, clone.status, clone.url]).toEqual([
          999,
          false,
          999,
          'https://shop.example/orders',
        ]);
        expect([await result.text(), await clone.text()]).toEqual(['hello', 'hello']);
        expect(ended('work')).toBe(true);
      });

      it('anything else ends it at once', () => {
        expect(trace.span('work', { stream: true }, () => 7)).toBe(7);
        expect(ended('work')).toBe(true);
        expect(trace.span('empty', { stream: true }, () => new Response(null)).status).toBe(200);
        expect(ended('empty')).toBe(true);
      });
    });

    describe('Error: the very error object is rethrown and told once', () => {
      it('thrown at once', () => {
        const error = new TypeError('bad input');
        expect(caught(() => trace.span('work', () => raise(error)))).toBe(error);
        const span = tracing.span('work');
        expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'bad input' });
        expect(span.attributes['error.type']).toBe('TypeError');
        expect(span.events).toHaveLength(1);
        expect(span.events[0]).toMatchObject({
          name: 'exception',
          attributes: {
            'exception.type': 'TypeError',
            'exception.message': 'bad input',
            'exception.stacktrace': expect.stringContaining('facade.ts'),
          },
        });
      });

      it('as a rejection', async () => {
        const error = new Error('later');
        await expect(trace.span('work', () => Promise.reject(error))).rejects.toBe(error);
        expect(tracing.span('work').status.code).toBe(SpanStatusCode.ERROR);
      });

      it('of a thenable', async () => {
        const error = new Error('query failed');
        const query = new Query('boom', error);
        await expect(trace.span('work', () => query)).rejects.toBe(error);
        expect(tracing.span('work').status.code).toBe(SpanStatusCode.ERROR);
      });

      it('an error passing through several spans leaves its event on the innermost one only', async () => {
        const error = new Error('deep');
        await expect(
          trace.span('outer', () =>
            trace.span('middle', () => trace.span('inner', () => Promise.reject(error))),
          ),
        ).rejects.toBe(error);
        const counts = ['inner', 'middle', 'outer'].map(name => tracing.span(name).events.length);
        expect(counts).toEqual([1, 0, 0]);
        for (const name of ['inner', 'middle', 'outer']) {
          expect(tracing.span(name).status).toEqual({ code: SpanStatusCode.ERROR, message: 'deep' });
          expect(tracing.span(name).attributes['error.type']).toBe('Error');
        }
      });

      it('a thrown string passing through two spans is told once too', () => {
        expect(
          caught(() => trace.span('outer', () => trace.span('inner', () => raise('no error object')))),
        ).toBe('no error object');
        expect(['inner', 'outer'].map(name => tracing.span(name).events.length)).toEqual([1, 0]);
      });

      it('the same error object in a later attempt is told again', () => {
        const error = new Error('flaky');
        trace.span('outer', () => {
          caught(() => trace.span('first', () => raise(error)));
          caught(() => trace.span('second', () => raise(error)));
        });
        expect(['first', 'second', 'outer'].map(name => tracing.span(name).events.length)).toEqual([1, 1, 0]);
      });

      it('the same error object in another trace is told again', () => {
        const error = new Error('shared');
        caught(() => trace.span('one', () => raise(error)));
        caught(() => trace.span('two', () => raise(error)));
        expect(['one', 'two'].map(name => tracing.span(name).events.length)).toEqual([1, 1]);
      });

      it('siblings that fail by one shared promise each tell it, and those around them do not', async () => {
        const gate = deferred<void>();
        const error = new Error('shared');
        const shared = gate.promise.then(() => raise(error));
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
        const counts = ['A', 'B', 'inner', 'C', 'parent'].map(name => tracing.span(name).events.length);
        expect(counts).toEqual([1, 1, 1, 0, 0]);
      });

      it('an error that passes a span which does not fail is told once all the same', async () => {
        const error = new Error('carried');
        await expect(
          trace.span('outer', async () => {
            const result = await trace.span('middle', () =>
              trace.span('inner', () => Promise.reject(error)).catch((caught: unknown) => ({ caught })),
            );
            throw (result as { caught: unknown }).caught;
          }),
        ).rejects.toBe(error);
        expect(['inner', 'middle', 'outer'].map(name => tracing.span(name).events.length)).toEqual([1, 0, 0]);
      });

      it('an error recorded by hand and then thrown is told once', () => {
        const error = new Error('known');
        caught(() =>
          trace.span('work', () => {
            trace.recordError(error);
            throw error;
          }),
        );
        expect(tracing.span('work').events).toHaveLength(1);
      });

      it('the cause chain is kept, also a cyclic one', () => {
        const root = new Error('socket closed');
        const middle = new Error('query failed', { cause: root });
        const error = new Error('order failed', { cause: middle });
        root.cause = error;
        caught(() => trace.span('work', () => raise(error)));
        const attributes = tracing.span('work').events[0]?.attributes;
        expect(attributes?.['exception.causes']).toEqual(['Error: query failed', 'Error: socket closed']);
        expect(attributes?.['exception.stacktrace']).toContain('Caused by: Error: query failed');
      });

      it('the class name is the type, the code an attribute of its own', () => {
        class DatabaseError extends Error {
          readonly code = '23505';
        }
        caught(() => trace.span('work', () => raise(new DatabaseError('duplicate key'))));
        expect(tracing.span('work').attributes['error.type']).toBe('DatabaseError');
        expect(tracing.span('work').events[0]?.attributes).toMatchObject({
          'exception.type': 'DatabaseError',
          'exception.code': '23505',
        });
      });

      it('a plain Error with a code is typed by its code', () => {
        caught(() =>
          trace.span('work', () => raise(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))),
        );
        expect(tracing.span('work').attributes['error.type']).toBe('ECONNREFUSED');
      });

      it.each([
        ['undefined', undefined, 'undefined'],
        ['null', null, 'null'],
        ['string', 'text', 'text'],
        ['number', 42, '42'],
        ['Object', { reason: 'x' }, '{"reason":"x"}'],
      ])('a thrown %s is kept as it is', (type, value, message) => {
        expect(caught(() => trace.span('work', () => raise(value)))).toBe(value);
        const span = tracing.span('work');
        expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message });
        expect(span.attributes['error.type']).toBe(type);
      });

      it('frozen errors and errors whose getters throw', () => {
        const frozen = Object.freeze(new Error('cold'));
        const hostile = new Proxy(new Error('x'), {
          get() {
            throw new Error('getter');
          },
        });
        const revoked = Proxy.revocable({}, {});
        revoked.revoke();
        for (const error of [frozen, hostile, revoked.proxy]) {
          expect(caught(() => trace.span('work', () => raise(error)))).toBe(error);
        }
        expect(tracing.spans().map(span => span.status.code)).toEqual([2, 2, 2]);
      });

      it('isError returning false keeps the status unset', async () => {
        const notFound = new Error('404');
        const isError = (error: unknown): boolean => error !== notFound;
        await expect(trace.span('expected', { isError }, () => Promise.reject(notFound))).rejects.toBe(
          notFound,
        );
        await expect(trace.span('real', { isError }, () => Promise.reject(new Error('500')))).rejects.toThrow(
          '500',
        );
        expect(tracing.span('expected').status.code).toBe(SpanStatusCode.UNSET);
        expect(tracing.span('expected').events).toEqual([]);
        expect(tracing.span('real').status.code).toBe(SpanStatusCode.ERROR);
      });

      it('an isError that throws is survived and counts as an error', () => {
        const error = new Error('mine');
        const isError = (): boolean => {
          throw new Error('theirs');
        };
        expect(caught(() => trace.span('work', { isError }, () => raise(error)))).toBe(error);
        expect(tracing.span('work').status.message).toBe('mine');
      });

      it('a rejection nobody handles stays unhandled', async () => {
        const error = new Error('forgotten');
        const later = class Later<T> extends Promise<T> {};
        const unhandled = await unhandledIn(() => {
          void trace.span('work', () => Promise.reject(error));
          void trace.span('subclass', () => later.reject(error));
        });
        expect(unhandled).toEqual([error, error]);
      });

      it('a thenable nobody awaits fails on its span only; one that somebody awaits stays their own matter', async () => {
        const error = new Error('never wanted');
        const unhandled = await unhandledIn(() => void trace.span('work', () => new Query('boom', error)));
        expect([unhandled, tracing.span('work').status.message]).toEqual([[], 'never wanted']);
        const wanted = await unhandledIn(() => {
          void trace
            .span('wanted', () => new Query('boom', error) as unknown as PromiseLike<string>)
            .then(() => {});
        });
        expect(wanted).toEqual([error]);
      });
    });

    describe('Status: a status the user set is never overwritten by a normal return', () => {
      it.each([SpanStatusCode.OK, SpanStatusCode.ERROR])('code %s stays', async code => {
        await trace.span('work', async span => {
          span.setStatus({ code });
        });
        expect(tracing.span('work').status.code).toBe(code);
      });

      it('without one it stays unset', () => {
        trace.span('work', () => 1);
        expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
      });
    });

    describe('Context survives', () => {
      it('awaits, Promise.all, timers, queueMicrotask and nextTick', async () => {
        const seen: (string | undefined)[] = [];
        const note = (): void => void seen.push(trace.ids()?.spanId);
        await trace.span('work', async () => {
          await nextTurn();
          note();
          await Promise.all([nextTurn().then(note), Promise.resolve().then(note)]);
          await new Promise<void>(resolve => setTimeout(() => resolve(note()), 0));
          await new Promise<void>(resolve => queueMicrotask(() => resolve(note())));
          await new Promise<void>(resolve => process.nextTick(() => resolve(note())));
        });
        const { spanId } = tracing.span('work').spanContext();
        expect(seen).toEqual(Array.from({ length: 6 }, () => spanId));
      });

      it('event emitters and worker pools through bind', async () => {
        const emitter = new EventEmitter();
        const pool: (() => void)[] = [];
        const seen: (string | undefined)[] = [];
        trace.span('work', () => {
          emitter.on(
            'done',
            trace.bind(() => void seen.push(trace.ids()?.spanId)),
          );
          pool.push(trace.bind(() => void seen.push(trace.ids()?.spanId)));
        });
        trace.span('other', () => {
          emitter.emit('done');
          for (const job of pool) job();
        });
        const { spanId } = tracing.span('work').spanContext();
        expect(seen).toEqual([spanId, spanId]);
      });

      it('bind keeps this, parameters, name and length', () => {
        const counter = {
          n: 1,
          add: trace.span('work', () =>
            trace.bind(function add(this: { n: number }, a: number, b: number): number {
              return this.n + a + b;
            }),
          ),
        };
        expect([counter.add(1, 2), counter.add.name, counter.add.length]).toEqual([4, 'add', 2]);
      });

      it('nested spans in parallel: 100 orders, no child under a wrong parent', async () => {
        await Promise.all(
          Array.from({ length: 100 }, (_, order) =>
            trace.span(`order ${order}`, async () => {
              await nextTurn();
              await Promise.all(
                [0, 1].map(step =>
                  trace.span(`step ${order}.${step}`, async () => {
                    await nextTurn();
                    trace.span(`leaf ${order}.${step}`, () => {});
                  }),
                ),
              );
            }),
          ),
        );
        expect(tracing.spans()).toHaveLength(500);
        for (let order = 0; order < 100; order++) {
          const root = tracing.span(`order ${order}`);
          expect(parentOf(root)).toBeUndefined();
          for (const step of [0, 1]) {
            const child = tracing.span(`step ${order}.${step}`);
            expect(parentOf(child)).toBe(root.spanContext().spanId);
            expect(parentOf(tracing.span(`leaf ${order}.${step}`))).toBe(child.spanContext().spanId);
            expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
          }
        }
      });

      it('detached starts new traces, suppress starts none', () => {
        trace.span('outer', () => {
          trace.detached(() => trace.span('elsewhere', () => {}));
          trace.suppress(() => trace.span('silent', () => {}));
        });
        expect(ended('silent')).toBe(false);
        expect(parentOf(tracing.span('elsewhere'))).toBeUndefined();
        expect(tracing.span('elsewhere').spanContext().traceId).not.toBe(
          tracing.span('outer').spanContext().traceId,
        );
      });
    });

    describe('Options', () => {
      it('attributes, kind, links and startTime', () => {
        const linked = trace.startSpan('linked');
        const startTime = new Date(Date.now() - 5_000);
        trace.span(
          'work',
          { attributes: { a: 1 }, kind: 'client', links: [{ context: linked.spanContext() }], startTime },
          () => {},
        );
        linked.end();
        const span = tracing.span('work');
        expect(span.attributes).toEqual({ a: 1 });
        expect(span.kind).toBe(SpanKind.CLIENT);
        expect(span.links.map(link => link.context.spanId)).toEqual([linked.spanContext().spanId]);
        expect(span.startTime[0]).toBe(Math.floor(startTime.getTime() / 1000));
      });

      it('every kind by name and by number', () => {
        for (const [kind, expected] of [
          ['internal', 0],
          ['server', 1],
          ['client', 2],
          ['producer', 3],
          ['consumer', 4],
          [SpanKind.SERVER, 1],
        ] as const) {
          trace.span(`kind ${kind}`, { kind }, () => {});
          expect(tracing.span(`kind ${kind}`).kind).toBe(expected);
        }
      });

      it('root starts a new trace', () => {
        trace.span('outer', () => trace.span('new', { root: true }, () => {}));
        expect(parentOf(tracing.span('new'))).toBeUndefined();
      });

      it('parent as a span context, a context and a carrier', () => {
        const parent = trace.startSpan('parent');
        const context = apiTrace.setSpan(trace.extract({}), parent);
        const carrier = trace.withSpan(parent, () => trace.inject());
        trace.span('by span context', { parent: parent.spanContext() }, () => {});
        trace.span('by context', { parent: context }, () => {});
        trace.span('by carrier', { parent: carrier }, () => {});
        parent.end();
        for (const name of ['by span context', 'by context', 'by carrier']) {
          expect(parentOf(tracing.span(name))).toBe(parent.spanContext().spanId);
        }
      });

      it('attributes that are null, objects, dates and big integers are kept as text, or left out', () => {
        const attributes = { gone: null, when: new Date(0), big: 2n ** 70n, nested: { a: [1] }, ok: 'x' };
        trace.span('work', { attributes: attributes as never }, () => {
          trace.setAttribute('later', { b: 1 } as never);
          trace.setAttributes({ cyclic: cycle() as never });
          trace.addEvent('event', { when: new Date(0) as never });
        });
        const span = tracing.span('work');
        expect(span.attributes).toMatchObject({
          when: '1970-01-01T00:00:00.000Z',
          big: (2n ** 70n).toString(),
          ok: 'x',
        });
        expect(JSON.stringify(span.attributes['nested'])).toContain('a');
        expect('gone' in span.attributes).toBe(false);
        expect(span.attributes['cyclic']).toBeDefined();
        expect(span.events[0]?.attributes?.['when']).toBe('1970-01-01T00:00:00.000Z');
      });

      it.each(['root', 'parent', 'attributes', 'stream'])(
        'an option %s whose getter throws is survived',
        key => {
          const options = Object.defineProperty({}, key, {
            enumerable: true,
            get() {
              throw new Error('getter');
            },
          });
          expect(trace.span('work', options, () => [])).toEqual([]);
          expect(trace.wrap('work', () => [], options)()).toEqual([]);
          trace.startSpan('work', options).end();
        },
      );

      it('an isError whose getter throws does not replace the error', () => {
        const options = {
          get isError(): () => boolean {
            throw new Error('getter');
          },
        };
        const error = new Error('mine');
        expect(caught(() => trace.span('work', options, () => raise(error)))).toBe(error);
        expect(ended('work')).toBe(true);
      });

      it('an attribute getter that throws is survived', () => {
        const attributes = {
          ok: 1,
          get bad(): string {
            throw new Error('getter');
          },
        };
        expect(trace.span('work', { attributes }, () => 'result')).toBe('result');
        expect(tracing.span('work').attributes['ok']).toBe(1);
      });
    });

    describe('wrap', () => {
      it('keeps parameters, this, name and length, and records nothing of the call', () => {
        const account = {
          balance: 10,
          pay: trace.wrap('pay', function pay(this: { balance: number }, amount: number, _note?: string) {
            this.balance -= amount;
            return this.balance;
          }),
        };
        expect(account.pay(3)).toBe(7);
        expect([account.pay.name, account.pay.length]).toEqual(['pay', 2]);
        expect(tracing.span('pay').attributes).toEqual({});
      });

      it('attributes may be made from the arguments', () => {
        const pay = trace.wrap('pay', (amount: number) => amount, { attributes: amount => ({ amount }) });
        pay(5);
        expect(tracing.span('pay').attributes).toEqual({ amount: 5 });
      });

      it('constructs what is a constructor, with its prototype, statics and base class', () => {
        class Base {
          static readonly kind: string = 'base';
          readonly made = true;
        }
        class Order extends Base {
          static readonly all: Order[] = [];
          readonly #id: number;
          constructor(id: number) {
            super();
            this.#id = id;
          }
          id(): number {
            return this.#id;
          }
        }
        const Traced = trace.wrap('order', Order as never) as typeof Order;
        class Rush extends Traced {
          readonly fast = true;
        }
        const [order, rush] = [new Traced(3), new Rush(4)];
        expect([order.id(), rush.id(), rush.fast]).toEqual([3, 4, true]);
        expect([order instanceof Order, order instanceof Traced, rush instanceof Rush]).toEqual([
          true,
          true,
          true,
        ]);
        expect([Traced.kind, Traced.all]).toEqual(['base', Order.all]);
        expect(tracing.spans().map(span => span.name)).toEqual(['order', 'order']);
      });

      it('constructs by a function, too; bind does the same', () => {
        function Point(this: { x: number }, x: number): void {
          this.x = x;
        }
        Point.prototype.twice = function twice(this: { x: number }): number {
          return this.x * 2;
        };
        for (const made of [trace.wrap('point', Point), trace.bind(Point)]) {
          const point = Reflect.construct(made, [2]) as { x: number; twice(): number };
          expect([point.x, point.twice(), point instanceof Point]).toEqual([2, 4, true]);
        }
      });

      it('does not start a query that it constructs', () => {
        const Traced = trace.wrap('query', Query as never) as typeof Query;
        expect(new Traced('select 1').startedIn).toEqual([]);
        expect(ended('query')).toBe(true);
      });

      it('keeps own properties: promisify.custom', async () => {
        const read = Object.assign((done: (error: unknown, value: number) => void) => done(null, 1), {
          [promisify.custom]: async () => 2,
          version: 3,
        });
        for (const made of [trace.wrap('read', read), trace.bind(read)]) {
          expect([await promisify(made)(), made.version]).toEqual([2, 3]);
        }
      });

      it('an attributes function that throws is survived', () => {
        const work = trace.wrap('work', () => 1, {
          attributes: () => {
            throw new Error('mine');
          },
        });
        expect(work()).toBe(1);
        expect(ended('work')).toBe(true);
      });
    });

    describe('traced', () => {
      it('as a standard decorator', () => {
        class Orders {
          id = 7;
          process(by: number): number {
            return this.id + by;
          }
        }
        const decorate = trace.traced();
        const context = { kind: 'method', name: 'process' } as unknown as ClassMethodDecoratorContext<
          Orders,
          (this: Orders, by: number) => number
        >;
        Orders.prototype.process = decorate(Orders.prototype.process, context);
        expect(new Orders().process(1)).toBe(8);
        expect(ended('Orders.process')).toBe(true);
      });

      it('as a legacy decorator, with a name and options', () => {
        const descriptor = trace.traced('named', { kind: 'server' })({}, 'process', {
          value: () => 3,
          configurable: true,
          writable: true,
        });
        expect(descriptor.value?.()).toBe(3);
        expect(tracing.span('named').kind).toBe(SpanKind.SERVER);
      });
    });

    describe('manual spans', () => {
      it('startSpan is not active, is a child of the active span, and is ended by the caller', () => {
        trace.span('outer', () => {
          const span = trace.startSpan('manual', { attributes: { a: 1 } });
          expect(trace.getActiveSpan()).not.toBe(span);
          expect(ended('manual')).toBe(false);
          span.end();
        });
        expect(parentOf(tracing.span('manual'))).toBe(tracing.span('outer').spanContext().spanId);
      });

      it('Symbol.dispose ends it', () => {
        trace.startSpan('disposed')[Symbol.dispose]();
        expect(ended('disposed')).toBe(true);
      });

      it('withSpan makes it active and does not end it', () => {
        const span = trace.startSpan('manual');
        trace.withSpan(span, () => trace.span('child', () => {}));
        expect(ended('manual')).toBe(false);
        span.end();
        expect(parentOf(tracing.span('child'))).toBe(span.spanContext().spanId);
      });
    });

    describe('the active span', () => {
      it('getActiveSpan, ids, setAttribute, addEvent and recordError speak of it', () => {
        trace.span('work', span => {
          expect(trace.getActiveSpan()).toBe(span);
          const { traceId, spanId } = span.spanContext();
          expect(trace.ids()).toEqual({ traceId, spanId, sampled: true });
          trace.setAttribute('k', 'v');
          trace.setAttributes({ n: 1 });
          trace.addEvent('happened', { x: true });
          trace.recordError(new RangeError('limit'));
        });
        const span = tracing.span('work');
        expect(span.attributes).toMatchObject({ k: 'v', n: 1, 'error.type': 'RangeError' });
        expect(span.events.map(event => event.name)).toEqual(['happened', 'exception']);
        expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'limit' });
      });

      it('without one they do nothing', () => {
        trace.setAttribute('k', 'v');
        trace.setAttributes({});
        trace.addEvent('x');
        trace.recordError(new Error('x'));
        expect([trace.getActiveSpan(), trace.getRootSpan(), trace.ids(), trace.url()]).toEqual([
          undefined,
          undefined,
          undefined,
          undefined,
        ]);
      });

      it('getRootSpan is the first span of this process in the active trace', () => {
        trace.span('root', root => {
          trace.span('child', () => {
            trace.span('grandchild', () => expect(trace.getRootSpan()).toBe(root));
            trace.span('new', { root: true }, other => expect(trace.getRootSpan()).toBe(other));
          });
          expect(trace.getRootSpan()).toBe(root);
        });
      });

      it('getRootSpan under a remote parent is the first local span', () => {
        const carrier = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
        trace.continue(carrier, 'first', first => {
          trace.span('second', () => expect(trace.getRootSpan()).toBe(first));
        });
      });
    });

    describe('a verb without a function', () => {
      it.each<[string, () => unknown]>([
        ["trace.span('x')", () => trace.span('x', undefined as never)],
        ["trace.wrap('x')", () => trace.wrap('x', undefined as never)],
        ['trace.bind', () => trace.bind(undefined as never)],
        ['trace.detached', () => trace.detached(undefined as never)],
        ['trace.suppress', () => trace.suppress(undefined as never)],
        ['trace.withSpan', () => trace.withSpan(trace.startSpan('y'), undefined as never)],
        ["trace.continue('x')", () => trace.continue({}, 'x', undefined as never)],
        ['trace.withBaggage', () => trace.withBaggage({}, undefined as never)],
      ])('%s says so and throws nothing', (verb, call) => {
        const said: string[] = [];
        const before = globalState.diagnostics;
        globalState.diagnostics = createDiagnostics({
          logger: { error: text => said.push(text), warn() {}, info() {}, debug() {} },
        });
        try {
          expect(call()).toBeUndefined();
        } finally {
          globalState.diagnostics = before;
        }
        expect(said).toEqual([`${verb} was called without a function to run`]);
      });
    });

    describe('over process boundaries', () => {
      const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

      it('inject fills a new object, a given one, and Headers', () => {
        trace.span('work', () => {
          const ids = trace.ids();
          const expected = new RegExp(`^00-${ids?.traceId}-${ids?.spanId}-0[13]$`);
          expect(trace.inject()['traceparent']).toMatch(expected);
          const mine = { keep: 'me' };
          expect(trace.inject(mine)).toBe(mine);
          expect(mine).toMatchObject({ keep: 'me', traceparent: expect.stringMatching(expected) });
          expect(trace.inject(new Headers()).get('traceparent')).toMatch(expected);
        });
      });

      it('continue goes on with the trace a carrier brought, whatever is active', async () => {
        for (const carrier of [{ traceparent: header }, new Headers({ traceparent: header })]) {
          tracing.reset();
          const result = await trace.span('active', () =>
            trace.continue(carrier, 'work', { kind: 'consumer' }, async () => 'done'),
          );
          expect(result).toBe('done');
          const span = tracing.span('work');
          expect(span.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
          expect(parentOf(span)).toBe('b7ad6b7169203331');
          expect(span.kind).toBe(SpanKind.CONSUMER);
        }
      });

      it('continue without a context in the carrier starts a new trace', () => {
        trace.span('active', () => trace.continue({}, 'work', () => {}));
        expect(parentOf(tracing.span('work'))).toBeUndefined();
      });

      it('baggage is set, read, injected and extracted', () => {
        trace.withBaggage({ tenant: 'acme', tier: 'gold' }, () => {
          expect(trace.getBaggage()).toEqual({ tenant: 'acme', tier: 'gold' });
          const carrier = trace.span('work', () => trace.inject());
          trace.continue(carrier, 'next', () =>
            expect(trace.getBaggage()).toEqual({ tenant: 'acme', tier: 'gold' }),
          );
        });
        expect(trace.getBaggage()).toEqual({});
      });

      it('entries that are none cost the baggage, not the work', () => {
        expect(trace.withBaggage(undefined as never, () => 'done')).toBe('done');
      });

      it('childEnv hands the context to a child process', () => {
        trace.span('work', () => {
          const env = trace.childEnv({ PATH: '/bin' });
          expect(env['PATH']).toBe('/bin');
          expect(env['TRACEPARENT']).toContain(trace.ids()?.traceId);
        });
      });
    });
  });
}

class Model {
  static readonly table = 'orders';
  readonly row = {};
}

/** A stream that is its own iterator, as LangChain's are. */
class TokenStream extends ReadableStream<unknown> {
  reader: ReadableStreamDefaultReader<unknown> | undefined;

  async next(): Promise<IteratorResult<unknown>> {
    this.reader ??= this.getReader();
    return (await this.reader.read()) as IteratorResult<unknown>;
  }

  async return(): Promise<IteratorResult<unknown>> {
    await this.reader?.cancel();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<never> {
    throw error;
  }

  override [Symbol.asyncIterator](): ReturnType<ReadableStream['values']> {
    return this as unknown as ReturnType<ReadableStream['values']>;
  }
}

function tokens(ids: typeof trace.ids): TokenStream {
  return new TokenStream(
    {
      pull(controller) {
        controller.enqueue(ids()?.spanId);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* numbers(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}

async function drained(iterable: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of iterable) count++;
  return count;
}

/** What stayed unhandled of that which `work` rejected. */
async function unhandledIn(work: () => void): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const previous = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', reason => unhandled.push(reason));
  try {
    work();
    await nextTurn();
    await nextTurn();
    return unhandled;
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of previous) process.on('unhandledRejection', listener);
  }
}

/** A lazy query as ORMs make them: `then` starts it. */
class Query {
  readonly sql: string;
  readonly startedIn: (Span | undefined)[] = [];
  readonly Model: typeof Model = Model;
  readonly #error: Error | undefined;
  readonly #kind = 'query';
  #limit = 0;

  constructor(sql: string, error?: Error) {
    this.sql = sql;
    this.#error = error;
  }

  describe(): string {
    return `${this.#kind} of ${this.sql}`;
  }

  get limit(): number {
    return this.#limit;
  }

  set limit(rows: number) {
    this.#limit = rows;
  }

  returning(): this {
    return this;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what is tested
  then(resolve: (row: string) => unknown, reject: (error: unknown) => unknown): void {
    this.startedIn.push(trace.getActiveSpan());
    queueMicrotask(() => (this.#error === undefined ? resolve('row') : reject(this.#error)));
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

function raise(error: unknown): never {
  throw error;
}

function caught(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

function cycle(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}
