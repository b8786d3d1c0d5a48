// trace.wrap and trace.traced.

import { promisify } from 'node:util';
import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { Query } from './fixtures.js';
import type { FacadeSubject } from './subject.js';

export function facadeWrap(subject: FacadeSubject): void {
  describe('trace.wrap', () => {
    it('keeps parameters, this, name and length, and records no arguments', () => {
      const account = {
        balance: 10,
        pay: trace.wrap('pay', function pay(this: { balance: number }, amount: number, _note?: string) {
          this.balance -= amount;
          return this.balance;
        }),
      };
      expect(account.pay(3)).toBe(7);
      expect([account.pay.name, account.pay.length]).toEqual(['pay', 2]);
      expect(subject.span('pay').attributes).toEqual({});
    });

    it('computes attributes from the arguments', () => {
      const pay = trace.wrap('pay', (amount: number) => amount, { attributes: amount => ({ amount }) });
      pay(5);
      expect(subject.span('pay').attributes).toEqual({ amount: 5 });
    });

    it('wraps a class with its prototype, statics and base class', () => {
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
      expect(subject.spans().map(span => span.name)).toEqual(['order', 'order']);
    });

    it('wraps a constructor function, and so does bind', () => {
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

    it('does not start a query that a wrapped class constructs', () => {
      const Traced = trace.wrap('query', Query as never) as typeof Query;
      expect(new Traced('select 1').startedIn).toEqual([]);
      expect(subject.hasEnded('query')).toBe(true);
    });

    it('keeps own properties, such as promisify.custom', async () => {
      const read = Object.assign((done: (error: unknown, value: number) => void) => done(null, 1), {
        [promisify.custom]: async () => 2,
        version: 3,
      });
      for (const made of [trace.wrap('read', read), trace.bind(read)]) {
        expect([await promisify(made)(), made.version]).toEqual([2, 3]);
      }
    });

    it('runs the function if the attributes function throws', () => {
      const work = trace.wrap('work', () => 1, {
        attributes: () => {
          throw new Error('mine');
        },
      });
      expect(work()).toBe(1);
      expect(subject.hasEnded('work')).toBe(true);
    });
  });

  describe('trace.traced', () => {
    it('is a standard decorator', () => {
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
      expect(subject.hasEnded('Orders.process')).toBe(true);
    });

    it('is a legacy decorator with a name and options', () => {
      const descriptor = trace.traced('named', { kind: 'server' })({}, 'process', {
        value: () => 3,
        configurable: true,
        writable: true,
      });
      expect(descriptor.value?.()).toBe(3);
      expect(subject.span('named').kind).toBe(SpanKind.SERVER);
    });
  });
}
