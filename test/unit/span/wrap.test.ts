import { Readable } from 'node:stream';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { globalState } from '../../../src/core/global-state.js';
import { getActiveTracer } from '../../../src/span/active-tracer.js';
import { trace } from '../../../src/span/trace.js';
import { createWrapFunction, traceFunction } from '../../../src/span/wrap.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

const wrap = createWrapFunction(getActiveTracer);

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

const attributesOf = (name: string): unknown => tracing.span(name).attributes;

describe('wrap', () => {
  it('returns a value that is not a function', () => {
    captureDiagnostics(() => expect(wrap('x', 7 as never)).toBe(7));
  });

  it('combines fixed attributes with the other options', () => {
    wrap('work', () => 1, { attributes: { a: 1 }, kind: 'client' })();
    expect(tracing.span('work')).toMatchObject({ attributes: { a: 1 }, kind: 2 });
  });

  it('uses the other options if the attributes function returns nothing', () => {
    wrap('work', () => 1, { attributes: () => undefined, kind: 'client' })();
    expect(tracing.span('work')).toMatchObject({ attributes: {}, kind: 2 });
  });

  it('marks the wrapper, so that it is not traced twice', () => {
    const work = (): number => 1;
    expect(globalState.tracedFunctions.has(wrap('work', work))).toBe(true);
    expect(globalState.tracedFunctions.has(work)).toBe(false);
  });
});

describe('the name function of wrap', () => {
  it('receives this and the arguments', () => {
    const account = {
      id: 7,
      pay: wrap(
        function name(this: { id: number }, amount: number) {
          return `pay ${this.id} ${amount}`;
        },
        function pay(this: { id: number }, amount: number) {
          return this.id + amount;
        },
      ),
    };
    expect(account.pay(2)).toBe(9);
    tracing.span('pay 7 2');
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    ['returns no text', () => 7],
  ])('is replaced by the name of the function if it %s', (_, name) => {
    const captured = captureDiagnostics(() =>
      expect(wrap(name as () => string, function work() {})()).toBe(undefined),
    );
    expect(captured).toHaveLength(1);
    tracing.span('work');
  });

  it('is not called without a tracer, and neither is the attributes function', async () => {
    await tracing.stop();
    const fail = (): never => {
      throw new Error('called');
    };
    const captured = captureDiagnostics(() =>
      expect(wrap(fail, () => 1, { attributes: fail, result: fail })()).toBe(1),
    );
    expect(captured).toEqual([]);
  });
});

describe('the option result of wrap', () => {
  const result = (value: unknown): { got: string } => ({ got: JSON.stringify(value) });

  it('records attributes of a value, of the value of a promise and of a thenable', async () => {
    wrap('value', () => 1, { result })();
    await wrap('promise', async () => 2, { result })();
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
    const lazy = { then: (resolve: (value: number) => void) => resolve(3) } as unknown as PromiseLike<number>;
    await wrap('thenable', () => lazy, { result })();
    expect(['value', 'promise', 'thenable'].map(attributesOf)).toEqual([
      { got: '1' },
      { got: '2' },
      { got: '3' },
    ]);
  });

  it('receives this, and the stream before it is read', async () => {
    const source = {
      id: 7,
      read: wrap('read', async () => Readable.from(['a']), {
        stream: true,
        result(this: { id: number }, stream: Readable) {
          return { id: this.id, readable: stream.readable };
        },
      } as never),
    };
    for await (const chunk of await source.read()) expect(chunk).toBe('a');
    expect(attributesOf('read')).toEqual({ id: 7, readable: true });
  });

  it('receives the instance of a class', () => {
    class Order {
      readonly id: number;
      constructor(id: number) {
        this.id = id;
      }
    }
    const Traced = wrap('order', Order, {
      attributes: id => ({ 'arg.id': id }),
      result: order => ({ 'order.id': order.id }),
    });
    expect(new Traced(3).id).toBe(3);
    expect(attributesOf('order')).toEqual({ 'arg.id': 3, 'order.id': 3 });
  });

  it('is not called for a failure, nor for a span that does not record', async () => {
    let calls = 0;
    const count = (): undefined => void calls++;
    const fail = wrap('fail', async () => Promise.reject(new Error('x')), { result: count });
    await expect(fail()).rejects.toThrow('x');
    await tracing.stop();
    tracing = startOwnTracing({ sampler: new AlwaysOffSampler() });
    wrap('unsampled', () => 1, { result: count })();
    expect(calls).toBe(0);
  });

  it('may throw or return something else, which is reported', () => {
    const captured = captureDiagnostics(() => {
      wrap('throws', () => 1, {
        result: () => {
          throw new Error('mine');
        },
      })();
      wrap('odd', () => 1, { result: () => 5 as never })();
    });
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['callback_failed', 'the result function of trace.wrap'],
      ['argument_ignored', 'the result function of trace.wrap'],
    ]);
    expect([attributesOf('throws'), attributesOf('odd')]).toEqual([{}, {}]);
  });
});

describe('the options of wrap', () => {
  it('are read once, when the function is wrapped', () => {
    let reads = 0;
    const work = wrap('work', () => 1, {
      get kind() {
        reads++;
        return 'client' as const;
      },
    });
    work();
    work();
    expect([reads, tracing.spans().length]).toEqual([1, 2]);
  });

  it('are checked when the function is wrapped', () => {
    const captured = captureDiagnostics(() => {
      wrap('a', () => 1, { atributes: { a: 1 } } as never);
      wrap('b', () => 1, { result: 5 } as never);
      wrap('c', () => 1, 'text' as never);
    });
    expect(captured.map(({ code, source, fix }) => [code, source, fix])).toEqual([
      ['span_option_ignored', 'atributes', 'Write attributes.'],
      ['span_option_ignored', 'result', 'Set result to a function.'],
      ['span_option_ignored', 'options', 'Set options to an object.'],
    ]);
  });
});

describe('traceFunction', () => {
  it('computes the span name from this', () => {
    const traced = traceFunction(
      self => `of ${(self as { id: number }).id}`,
      () => 1,
      undefined,
      getActiveTracer,
    );
    Reflect.apply(traced, { id: 7 }, []);
    tracing.span('of 7');
  });

  it('starts its spans in the scope of the getter', () => {
    const library = trace.scope('library', '2.0');
    library.wrap('work', () => 1)();
    expect(tracing.span('work').instrumentationScope).toMatchObject({ name: 'library', version: '2.0' });
  });
});
