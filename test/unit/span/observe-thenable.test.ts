// oxlint-disable unicorn/no-thenable -- thenables are under test
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { getActiveSpan } from '../../../src/span/active-span.js';
import { endAbandonedSpans } from '../../../src/span/abandoned-spans.js';
import { hasThen, observeThenable } from '../../../src/span/observe-thenable.js';
import type { OpenSpan } from '../../../src/span/open-span.js';
import { openTestSpan } from '../../support/open-test-span.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeAll(() => {
  tracing = startOwnTracing();
});
afterEach(() => {
  endAbandonedSpans();
  tracing.reset();
});
afterAll(() => tracing.stop());

class Later<T> extends Promise<T> {}

/** A lazy query with a `catch` and a `finally` of its own that do not call `then`. */
class Query {
  readonly startedIn: unknown[] = [];
  readonly #error: Error | undefined;

  constructor(error?: Error) {
    this.#error = error;
  }

  #run(): Promise<string> {
    this.startedIn.push(getActiveSpan());
    return this.#error === undefined ? Promise.resolve('row') : Promise.reject(this.#error);
  }
  then(...args: Parameters<Promise<string>['then']>): Promise<unknown> {
    return this.#run().then(...args);
  }
  catch(onRejected?: (error: unknown) => unknown): Promise<unknown> {
    return this.#run().catch(onRejected);
  }
  finally(onFinally?: () => void): Promise<unknown> {
    return this.#run().finally(onFinally);
  }
}

const error = new Error('query failed');

/** A span around a thenable, which accepts the observation. */
function observe<T extends object>(thenable: T): { thenable: T; open: OpenSpan } {
  const open = openTestSpan('work');
  expect(observeThenable(thenable, open)).toBe(true);
  return { thenable, open };
}

const shadowed = (object: object): string[] =>
  ['then', 'catch', 'finally', 'constructor'].filter(key => Object.hasOwn(object, key));

it('a member named then is found without reading it', () => {
  const hostile = {
    get then(): never {
      throw new Error('read');
    },
  };
  const proxy = new Proxy({}, { has: () => true, get: () => () => {} });
  expect([new Query(), hostile, proxy, {}, { then: 1 }].map(hasThen)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

describe.each<[string, () => PromiseLike<unknown>, () => PromiseLike<unknown>]>([
  [
    'a promise with members',
    () => Object.assign(Promise.resolve('row'), { pid: 1 }),
    () => Object.assign(Promise.reject(error), { pid: 1 }),
  ],
  ['a promise of a subclass', () => Later.resolve('row'), () => Later.reject(error)],
  ['a query', () => new Query() as PromiseLike<unknown>, () => new Query(error) as PromiseLike<unknown>],
])('%s', (_, fulfilled, rejected) => {
  it.each<[string, (value: PromiseLike<unknown>) => Promise<unknown>]>([
    ['await', async value => await value],
    ['then', value => (value as Promise<unknown>).then(row => row)],
    ['Promise.all', async value => (await Promise.all([value, 1]))[0]],
    ['finally', value => (value as Promise<unknown>).finally(() => {})],
    ['catch', value => (value as Promise<unknown>).catch(() => 'handled')],
  ])('ends its span by %s, and has its own members again', async (name, use) => {
    const { thenable, open } = observe(fulfilled());
    expect(open.span.isRecording()).toBe(true);
    expect(await use(thenable)).toBe('row');
    expect(open.span.isRecording()).toBe(false);
    expect(shadowed(thenable)).toEqual([]);
    expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
    tracing.reset();

    const failing = observe(rejected());
    const outcome = use(failing.thenable);
    await (name === 'catch' ? expect(outcome).resolves.toBe('handled') : expect(outcome).rejects.toBe(error));
    expect(tracing.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'query failed' });
  });

  it('keeps its class, and its constructor in all that shows', async () => {
    const value = fulfilled();
    const { name } = value.constructor;
    const { thenable } = observe(value);
    expect(thenable).toBe(value);
    expect(thenable.constructor.name).toBe(name);
    expect(thenable).toBeInstanceOf(thenable.constructor);
    expect(Object.keys(thenable)).not.toContain('then');
    await thenable;
  });
});

describe('a lazy query', () => {
  it('runs in the span for the first use, and in the context of the caller for the others', async () => {
    const { thenable, open } = observe(new Query());
    expect(thenable.startedIn).toEqual([]);
    const [first, second] = [thenable.then(row => row), thenable.then(row => row)];
    expect([await first, await second, await thenable]).toEqual(['row', 'row', 'row']);
    expect(thenable.startedIn).toEqual([open.span, undefined, undefined]);
  });

  it('calls back in the context of the caller', async () => {
    const { thenable } = observe(new Query());
    const caller = openTestSpan('caller');
    await caller.run(() => thenable.then(() => expect(getActiveSpan()).toBe(caller.span)));
    caller.end();
  });

  it('that calls back twice, and at once, ends its span once', () => {
    const values: unknown[] = [];
    const twice = {
      then(resolve: (value: number) => void) {
        resolve(1);
        resolve(2);
      },
    };
    const { thenable, open } = observe(twice);
    thenable.then(value => values.push(value));
    expect(values).toEqual([1, 2]);
    expect(open.span.isRecording()).toBe(false);
  });

  it('whose then throws fails, and the application gets the error', () => {
    const { thenable } = observe({
      then(): never {
        throw error;
      },
    });
    expect(() => (thenable.then as (fn: unknown) => void)(String)).toThrow(error);
    expect(tracing.span('work').status.message).toBe('query failed');
  });

  it('has the value that observeValue returns', async () => {
    const query = new Query();
    const open = openTestSpan('work');
    observeThenable(query, open, value => {
      open.end();
      return [value];
    });
    expect(await query).toEqual(['row']);
  });
});

describe('an unused thenable', () => {
  it('is not started, and its span ends when tracing stops', () => {
    const { thenable } = observe(new Query());
    endAbandonedSpans();
    expect(thenable.startedIn).toEqual([]);
    expect(tracing.span('work').attributes).toEqual({ 'do.span.abandoned': true });
  });

  it('that is used by other means works as without tracing', async () => {
    const fragment = Object.assign(new Query(), { toSQL: () => 'select 1' });
    const { thenable } = observe(fragment);
    expect(thenable.toSQL()).toBe('select 1');
    expect(thenable.startedIn).toEqual([]);
  });

  it('reports a rejection as unhandled if it does so without tracing', async () => {
    const unhandled: unknown[] = [];
    const previous = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', reason => void unhandled.push(reason));
    const [never, handled] = [Later.reject(new Error('never')), Later.reject(new Error('handled'))];
    for (const value of [never, handled]) observe(value);
    handled.catch(() => {});
    await new Promise(setImmediate);
    process.removeAllListeners('unhandledRejection');
    for (const listener of previous) process.on('unhandledRejection', listener);
    expect(unhandled).toEqual([new Error('never')]);
  });
});

it.each<[string, object]>([
  ['frozen', Object.freeze(new Query())],
  ['sealed', Object.seal(new Query())],
  ['a proxy that refuses', new Proxy(new Query(), { defineProperty: () => false })],
  ['a fixed then', Object.defineProperty({}, 'then', { value: () => {} })],
])('an object that cannot be observed is left alone: %s', (_, thenable) => {
  expect(observeThenable(thenable, openTestSpan('work'))).toBe(false);
  expect(shadowed(thenable)).toEqual(Object.hasOwn(thenable, 'then') ? ['then'] : []);
});

it('a promise whose constructor cannot be replaced is not observed, and has its own members', async () => {
  const promise = Object.assign(Promise.resolve('row'), { pid: 1 });
  Object.defineProperty(promise, 'constructor', { value: Promise });
  const open = openTestSpan('work');
  expect(observeThenable(promise, open)).toBe(false);
  expect(shadowed(promise)).toEqual(['constructor']);
  expect(await promise).toBe('row');
  expect(open.span.isRecording()).toBe(true);
  open.end();
});

it.each(['catch', 'finally'] as const)(
  'a %s on an object derived from the thenable is not its use',
  async key => {
    class Cursor {
      [key](): string {
        return this === derived ? 'derived' : 'own';
      }
      then(): void {}
    }
    const { thenable, open } = observe(new Cursor());
    const derived = Object.create(thenable) as Cursor;
    expect(Reflect.apply(derived[key]!, derived, [])).toBe('derived');
    expect(open.span.isRecording()).toBe(true);
    expect(shadowed(thenable)).toEqual(['then', key]);
    open.end();
  },
);

it('a catch of its own that calls then returns its own result', async () => {
  const result = { other: true };
  const { thenable, open } = observe({
    then(onFulfilled: (value: string) => void): void {
      onFulfilled('row');
    },
    catch(): object {
      this.then(() => {});
      return result;
    },
  });
  expect(Reflect.apply(thenable.catch, thenable, [])).toBe(result);
  expect(open.span.isRecording()).toBe(false);
  expect(tracing.span('work').status.code).toBe(SpanStatusCode.UNSET);
});

it.each<[string, () => PromiseLike<unknown>]>([
  ['a promise with members', () => Object.assign(Promise.resolve('row'), { pid: 1 })],
  ['a promise of a subclass', () => Later.resolve('row')],
  ['a query', () => new Query() as PromiseLike<unknown>],
])('two spans around %s end with its first use, and leave no property', async (_, create) => {
  const [value, other] = [create(), create()];
  const [inner, outer] = [openTestSpan('inner'), openTestSpan('outer')];
  for (const open of [inner, outer]) expect(observeThenable(value, open)).toBe(true);
  // A second object at the same time.
  observe(other);
  expect(await value).toBe('row');
  expect(await other).toBe('row');
  expect([inner, outer].map(({ span }) => span.isRecording())).toEqual([false, false]);
  expect([shadowed(value), shadowed(other)]).toEqual([[], []]);
});

it('a catch of its own that returns nothing is called as without tracing', () => {
  const errors: unknown[] = [];
  const callbackStyle = {
    then: () => {},
    catch(onRejected: (reason: unknown) => void): void {
      onRejected(error);
    },
  };
  const { thenable, open } = observe(callbackStyle);
  expect(thenable.catch(reason => void errors.push(reason))).toBeUndefined();
  expect([errors, open.span.isRecording()]).toEqual([[error], false]);
});
