// The types of the facade: results are inferred exactly, wrapped functions keep their types, and mistakes do not compile.

import type { Readable } from 'node:stream';
import { type Context, type Link, type Span, type SpanContext, SpanKind } from '@opentelemetry/api';
import { describe, expectTypeOf, it } from 'vitest';
import { noopTrace, trace, type AttributeInput, type SpanOptions, type TraceApi } from '../../src/index.js';

describe('trace.span', () => {
  it('infers the result exactly', () => {
    expectTypeOf(trace.span('x', () => 7)).toEqualTypeOf<number>();
    expectTypeOf(trace.span('x', () => 'a' as const)).toEqualTypeOf<'a'>();
    expectTypeOf(trace.span('x', async () => ({ id: 1 }))).toEqualTypeOf<Promise<{ id: number }>>();
    expectTypeOf(trace.span('x', () => {})).toEqualTypeOf<void>();
    function* numbers(): Generator<number, string, boolean> {
      return (yield 1) ? 'a' : 'b';
    }
    expectTypeOf(trace.span('x', numbers)).toEqualTypeOf<ReturnType<typeof numbers>>();
    expectTypeOf(trace.span('x', { stream: true }, () => ({}) as Readable)).toEqualTypeOf<Readable>();
    expectTypeOf(trace.span('x', { kind: SpanKind.CLIENT }, () => 1)).toEqualTypeOf<number>();
    expectTypeOf(
      trace.span('x', (): never => {
        throw new Error('x');
      }),
    ).toEqualTypeOf<never>();
  });

  it("passes OpenTelemetry's span to the function", () => {
    trace.span('x', span => expectTypeOf(span).toEqualTypeOf<Span>());
  });

  it('refuses invalid options', () => {
    // @ts-expect-error -- no such kind
    trace.span('x', { kind: 'consumr' }, () => 1);
    // @ts-expect-error -- no such option
    trace.span('x', { atributes: {} }, () => 1);
    // @ts-expect-error -- the function is missing
    trace.span('x');
    // @ts-expect-error -- a name is text
    trace.span(7, () => 1);
  });
});

describe('trace.wrap', () => {
  it('keeps parameters, this and result', () => {
    function pay(this: { balance: number }, amount: number, note?: string): Promise<string> {
      return Promise.resolve(`${this.balance}${amount}${note}`);
    }
    expectTypeOf(trace.wrap('pay', pay)).toEqualTypeOf<typeof pay>();
  });

  // TypeScript before 6.0 gives a function expression the `this` of the type that it must fit. The function must stay callable.
  it('keeps function expressions free of a this type', () => {
    const double = trace.wrap('double', function (n: number): number {
      return n * 2;
    });
    expectTypeOf<ThisParameterType<typeof double>>().toBeUnknown();
    expectTypeOf(double(2)).toBeNumber();
    const bound = trace.bind(function (n: number): number {
      return n * 2;
    });
    expectTypeOf<ThisParameterType<typeof bound>>().toBeUnknown();
  });

  it('keeps overloads and type parameters', () => {
    function read(id: string): string;
    function read(id: number): number;
    function read(id: string | number): string | number {
      return id;
    }
    expectTypeOf(trace.wrap('read', read)('a')).toEqualTypeOf<string>();
    expectTypeOf(trace.wrap('read', read)(1)).toEqualTypeOf<number>();
    const first = trace.wrap('first', <T>(items: T[]): T | undefined => items[0]);
    expectTypeOf(first([1, 2])).toEqualTypeOf<number | undefined>();
  });

  it('types the arguments of its attributes function', () => {
    trace.wrap('pay', (amount: number, card: string) => `${amount}${card}`, {
      attributes: (amount, card) => {
        expectTypeOf(amount).toEqualTypeOf<number>();
        expectTypeOf(card).toEqualTypeOf<string>();
        return { amount };
      },
    });
  });
});

describe('the other functions', () => {
  it('keep the types of arguments and results', () => {
    expectTypeOf(trace.bind((a: number) => `${a}`)).toEqualTypeOf<(a: number) => string>();
    expectTypeOf(trace.withSpan(trace.startSpan('x'), () => 1)).toEqualTypeOf<number>();
    expectTypeOf(trace.continue({}, 'x', async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(trace.inject()).toEqualTypeOf<Record<string, string>>();
    expectTypeOf(trace.inject(new Headers())).toEqualTypeOf<Headers>();
    expectTypeOf(trace.withBaggage({ a: 'b' }, () => 'x')).toEqualTypeOf<string>();
    expectTypeOf(trace.startSpan('x')).toExtend<Disposable>();
  });

  it('continue has no option parent', () => {
    // @ts-expect-error -- the carrier is the parent
    trace.continue({}, 'x', { parent: {} }, () => 1);
  });

  it('traced decorates without parentheses, methods only', () => {
    class Orders {
      @trace.traced
      total(n: number): number {
        return n;
      }
      @trace.traced
      static async open(): Promise<string> {
        return 'open';
      }
      // @ts-expect-error -- a getter is not a method
      @trace.traced
      get size(): number {
        return 3;
      }
    }
    expectTypeOf(new Orders().total).toEqualTypeOf<(n: number) => number>();
    expectTypeOf(Orders.open).toEqualTypeOf<() => Promise<string>>();
  });

  it('traced decorates methods in the standard form', () => {
    class Orders {
      @trace.traced('process')
      async process(id: string): Promise<number> {
        return id.length;
      }
    }
    expectTypeOf(new Orders().process).toEqualTypeOf<(id: string) => Promise<number>>();
  });
});

interface Order {
  readonly id: string;
  readonly lines: readonly { readonly sku: string }[];
}

declare const order: Order;
declare const span: Span;
declare const spanContext: SpanContext;
declare const context: Context;
declare const link: Link;

describe('attributes', () => {
  it('take what can be recorded', () => {
    const values: AttributeInput[] = [
      'a',
      1,
      true,
      1n,
      new Date(),
      null,
      undefined,
      ['a', 1] as const,
      { a: [1] },
    ];
    values.push(order, new URL('https://a.example'), new Error('x'), new Map([['a', 1]]));
    trace.setAttribute('order', order);
    trace.setAttributes({ order, at: new Date(), list: ['a'] as readonly string[], gone: undefined });
    trace.addEvent('e', { at: new Date() }, [1, 2] as const);
    trace.withAttributes({ tenant: 'acme' }, () => 1);
  });

  it('refuse functions, symbols, promises, bytes and lists of attributes', () => {
    // @ts-expect-error -- a function
    trace.setAttribute('a', () => 1);
    // @ts-expect-error -- a symbol
    trace.setAttribute('a', Symbol('a'));
    // @ts-expect-error -- a promise
    trace.setAttribute('a', Promise.resolve(1));
    // @ts-expect-error -- bytes
    trace.setAttribute('a', new Uint8Array(1));
    // @ts-expect-error -- a function in a list
    trace.setAttribute('a', [() => 1]);
    // @ts-expect-error -- a function in an object
    trace.setAttribute('a', { b: () => 1 });
    // @ts-expect-error -- a list
    trace.setAttributes(['a']);
    // @ts-expect-error -- a time as text
    trace.addEvent('e', {}, '2026-01-01');
  });
});

describe('carriers', () => {
  it('are headers of every kind', () => {
    expectTypeOf(trace.inject(process.env)).toEqualTypeOf<NodeJS.ProcessEnv>();
    expectTypeOf(trace.inject(new Map<string, string>())).toEqualTypeOf<Map<string, string>>();
    trace.extract({ traceparent: 'x', other: Buffer.from('x'), list: ['a'] });
    trace.extract([['traceparent', 'x']]);
  });

  it('are no spans, dates, functions, promises and texts', () => {
    // @ts-expect-error -- a span
    trace.inject(span);
    // @ts-expect-error -- a date
    trace.inject(new Date());
    // @ts-expect-error -- a function
    trace.inject(() => 1);
    // @ts-expect-error -- a promise
    trace.continue(Promise.resolve({}), 'x', () => 1);
    // @ts-expect-error -- text
    trace.extract('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
  });
});

describe('span options', () => {
  it('take parents and links of every form', () => {
    for (const parent of [span, spanContext, context, {}, new Headers()]) trace.startSpan('x', { parent });
    trace.startSpan('x', { links: [link, span, spanContext, context, {}], root: 'linked', keep: true });
  });

  it('take undefined', () => {
    const options: SpanOptions = {
      attributes: undefined,
      kind: undefined,
      links: undefined,
      root: undefined,
      parent: undefined,
      startTime: undefined,
      stream: undefined,
      keep: undefined,
      isError: undefined,
    };
    trace.span('x', options, () => 1);
    trace.span('x', undefined, () => 1);
    trace.wrap('x', () => 1, { attributes: undefined, result: undefined });
    trace.wrapAll({ a: () => 1 }, { prefix: undefined, only: undefined, skip: undefined });
    trace.recordError(1, { handled: undefined, attributes: undefined });
    void trace.flush({ timeoutMs: undefined });
  });

  it('refuse other parents', () => {
    // @ts-expect-error -- a date
    trace.startSpan('x', { parent: new Date() });
    // @ts-expect-error -- a number
    trace.startSpan('x', { parent: 5 });
    // @ts-expect-error -- text
    trace.startSpan('x', { root: 'new' });
  });
});

describe('wrap and wrapAll', () => {
  it('infer classes, names, this and results', () => {
    class Model {
      readonly id: number;
      constructor(id: number) {
        this.id = id;
      }
    }
    const Traced = trace.wrap('model', Model, {
      attributes: id => ({ id: id + 1 }),
      result: model => ({ id: model.id }),
    });
    expectTypeOf(Traced).toEqualTypeOf<typeof Model>();
    trace.wrap(
      (id, amount) => `pay ${id.length} ${amount + 1}`,
      async (id: string, amount: number) => ({ id, amount }),
      { result: value => ({ amount: value.amount + 1 }) },
    );
    trace.wrap(
      'pay',
      function pay(this: { rate: number }, amount: number) {
        return amount * this.rate;
      },
      {
        attributes(amount) {
          return { total: this.rate * amount };
        },
      },
    );
    expectTypeOf(trace.wrapAll(new Model(1), { only: ['id'] })).toEqualTypeOf<Model>();
    // @ts-expect-error -- no such method
    trace.wrapAll(new Model(1), { skip: ['nothing'] });
    // @ts-expect-error -- not a function
    trace.wrap('x', 7);
    // @ts-expect-error -- no such field of the result
    trace.wrap('x', () => 1, { result: value => ({ a: value.nothing }) });
  });

  it('traced keeps generic methods and takes options', () => {
    class Lists {
      readonly size = 1;
      @trace.traced()
      first<T>(items: T[]): T | undefined {
        return items[0];
      }
      @trace.traced({
        attributes(this: Lists, id: string) {
          return { id, size: this.size };
        },
        result: (count: number) => ({ count }),
      })
      async load(id: string, count: number): Promise<number> {
        return id.length + count;
      }
      // @ts-expect-error -- no such option
      @trace.traced({ nothing: 1 })
      odd(): void {}
    }
    expectTypeOf(new Lists().first([1])).toEqualTypeOf<number | undefined>();
  });
});

it('the facade, its scopes and the fake have one type', () => {
  expectTypeOf(trace.scope('a', '1')).toEqualTypeOf<TraceApi>();
  const fake: TraceApi = { ...noopTrace, keep: () => true };
  expectTypeOf(fake.keep()).toEqualTypeOf<boolean>();
});
