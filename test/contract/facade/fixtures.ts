// Helpers and result objects for the facade contract.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { trace } from '../../../src/span/trace.js';

/** Returns the span id of the parent. */
export function getParentId(span: ReadableSpan): string | undefined {
  return span.parentSpanContext?.spanId;
}

class Model {
  static readonly table = 'orders';
  readonly row = {};
}

/** A stream that is its own iterator, like the streams of LangChain. */
export class TokenStream extends ReadableStream<unknown> {
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

/** Creates a stream with one chunk: the id of the span that is active during the read. */
export function createTokenStream(ids: typeof trace.ids): TokenStream {
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

/** Yields 1 and 2. */
export async function* countToTwo(): AsyncGenerator<number> {
  yield 1;
  yield 2;
}

/** Reads an iterable to its end and counts its items. */
export async function countItems(iterable: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of iterable) count++;
  return count;
}

/** Returns the reasons of the rejections that `work` leaves unhandled. */
export async function collectUnhandled(work: () => void): Promise<unknown[]> {
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

/** A lazy query like those of ORMs: `then` starts it. */
export class Query {
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

  // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
  then(resolve: (row: string) => unknown, reject: (error: unknown) => unknown): void {
    this.startedIn.push(trace.getActiveSpan());
    queueMicrotask(() => (this.#error === undefined ? resolve('row') : reject(this.#error)));
  }
}

export function createDeferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>(done => {
    resolve = done;
  });
  return { promise, resolve };
}

export function throwError(error: unknown): never {
  throw error;
}

export function catchError(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

export function createCyclicObject(): object {
  const value: { self?: object } = {};
  value.self = value;
  return value;
}
