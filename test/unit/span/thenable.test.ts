import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { isThenable, traceThenable } from '../../../src/span/thenable.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.reset());
afterAll(() => tracing.stop());

/** A lazy query: `then` starts it. */
class Query {
  readonly startedIn: unknown[] = [];
  readonly #error: Error | undefined;

  constructor(error?: Error) {
    this.#error = error;
  }

  limit(): this {
    return this;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
  then(resolve: (value: unknown) => unknown, reject: (error: unknown) => unknown): void {
    this.startedIn.push(getActiveSpan());
    queueMicrotask(() => (this.#error === undefined ? resolve('row') : reject(this.#error)));
  }
}

describe('isThenable', () => {
  it('checks for a then method and rethrows the exception of a getter', () => {
    expect([isThenable(new Query()), isThenable({}), isThenable([])]).toEqual([true, false, false]);
    const hostile = {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
      get then(): never {
        throw new Error('getter');
      },
    };
    expect(() => isThenable(hostile)).toThrow('getter');
  });
});

describe('a traced thenable', () => {
  it('starts once in the context of the span, before it is awaited', async () => {
    const open = openTestSpan('work');
    const query = new Query();
    const traced = traceThenable(query, open) as unknown as Query & PromiseLike<string>;
    expect(query.startedIn).toEqual([open.span]);
    expect(traced.limit()).toBe(traced);
    expect([await traced, await traced]).toEqual(['row', 'row']);
    expect(query.startedIn).toHaveLength(1);
    expect(open.span.isRecording()).toBe(false);
  });

  it('rejects with the error of the thenable', async () => {
    const error = new Error('query failed');
    const traced = traceThenable(new Query(error), openTestSpan('work')) as unknown as PromiseLike<string>;
    await expect(Promise.resolve(traced)).rejects.toBe(error);
    expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'query failed' });
  });

  it('leaves the end of the span to the conversion of its value', async () => {
    const open = openTestSpan('work');
    const traced = traceThenable(new Query(), open, value => [value]);
    expect(await (traced as unknown as PromiseLike<unknown>)).toEqual(['row']);
    expect(open.span.isRecording()).toBe(true);
    open.end();
  });
});
