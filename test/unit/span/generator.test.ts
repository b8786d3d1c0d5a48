import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { isGenerator, traceAsyncIterable, traceGenerator } from '../../../src/span/generator.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

function* count(): Generator<number> {
  yield 1;
  yield 2;
}

const fakeIterator = {
  next: () => ({ done: true, value: undefined }),
  return: () => ({ done: true, value: undefined }),
  throw: () => ({ done: true, value: undefined }),
};

describe('isGenerator', () => {
  it('recognises native generators and objects with their methods', () => {
    expect(isGenerator(count())).toBe(true);
    expect(isGenerator((async function* empty() {})())).toBe(true);
    expect(isGenerator({ ...fakeIterator, [Symbol.iterator]: () => fakeIterator })).toBe(true);
    expect(isGenerator({ ...fakeIterator, [Symbol.asyncIterator]: () => fakeIterator })).toBe(true);
    expect(isGenerator(fakeIterator)).toBe(false);
    expect(isGenerator([1, 2])).toBe(false);
    expect(isGenerator(new Map().values())).toBe(false);
  });
});

describe('a traced generator', () => {
  it('has the tag, the iterator helpers and the results of a generator', () => {
    const open = openTestSpan('work');
    const traced = traceGenerator(count(), open);
    expect(Object.prototype.toString.call(traced)).toBe('[object Generator]');
    expect(Object.getPrototypeOf(traced)).toBe(
      Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
    );
    expect([...traced]).toEqual([1, 2]);
    expect(open.span.isRecording()).toBe(false);
  });

  it('awaits each step of an async generator in the context of the span', async () => {
    const open = openTestSpan('work');
    const seen: unknown[] = [];
    const traced = traceGenerator(
      (async function* observe() {
        await Promise.resolve();
        seen.push(getActiveSpan());
        yield 1;
      })(),
      open,
    );
    for await (const _ of traced) expect(getActiveSpan()).toBeUndefined();
    expect(seen).toEqual([open.span]);
  });

  it('passes exactly the given arguments on', () => {
    const calls: unknown[][] = [];
    const iterator = {
      ...fakeIterator,
      next: (...args: unknown[]) => {
        calls.push(args);
        return { done: false, value: 1 };
      },
      [Symbol.iterator]() {
        return this;
      },
    };
    const traced = traceGenerator(iterator, openTestSpan('work'));
    traced.next();
    traced.next(undefined);
    expect(calls).toEqual([[], [undefined]]);
  });
});

describe('a traced async iterable', () => {
  it('ends the span with an error if its iterator cannot be created', async () => {
    const open = openTestSpan('work');
    const iterable = traceAsyncIterable(
      {
        [Symbol.asyncIterator](): AsyncIterator<number> {
          throw new Error('no iterator');
        },
      },
      open,
    );
    expect(() => iterable[Symbol.asyncIterator]()).toThrow('no iterator');
    expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'no iterator' });
  });

  it('ends as the language defines if its iterator has neither return nor throw', async () => {
    const create = (name: string): AsyncIterator<number> =>
      traceAsyncIterable(
        { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }) }) },
        openTestSpan(name),
      )[Symbol.asyncIterator]() as AsyncIterator<number>;
    expect(await create('returned').return?.(7)).toEqual({ done: true, value: 7 });
    const error = new Error('left');
    await expect(create('thrown').throw?.(error)).rejects.toBe(error);
    expect(tracing.span('returned').status.code).toBe(SpanStatusCode.UNSET);
    expect(tracing.span('thrown').status.code).toBe(SpanStatusCode.ERROR);
  });
});
