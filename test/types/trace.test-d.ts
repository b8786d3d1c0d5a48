// The types of the facade: results are inferred exactly, wrapped functions keep their types, and mistakes do not compile.

import type { Readable } from 'node:stream';
import { type Span, SpanKind } from '@opentelemetry/api';
import { describe, expectTypeOf, it } from 'vitest';
import { trace } from '../../src/index.js';

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
