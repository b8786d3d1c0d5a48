import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trace } from '../../../src/span/trace.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';
import { startOwnTracing, type TestTracing } from '../../support/providers.js';

let tracing: TestTracing;
beforeEach(() => {
  tracing = startOwnTracing();
});
afterEach(() => tracing.stop());

const names = (): string[] => tracing.spans().map(({ name }) => name);

class Base {
  inherited(): string {
    return 'inherited';
  }
  overridden(): string {
    return 'base';
  }
}
class Orders extends Base {
  static open(): Orders {
    return new this();
  }
  readonly rate = 2;
  readonly #secret = 7;
  readonly arrow = (n: number): number => n * this.rate;
  total(n: number): number {
    return n * this.rate + this.#secret;
  }
  async load(): Promise<number> {
    return this.total(1);
  }
  override overridden(): string {
    return 'orders';
  }
  get size(): number {
    throw new Error('the accessor was read');
  }
}

describe('wrapAll', () => {
  it('traces own and inherited methods of an instance, with this, and returns the same object', async () => {
    const orders = new Orders();
    expect(trace.wrapAll(orders)).toBe(orders);
    expect([orders.total(1), orders.arrow(2), orders.inherited(), orders.overridden()]).toEqual([
      9,
      4,
      'inherited',
      'orders',
    ]);
    expect(names()).toEqual(['Orders.total', 'Orders.arrow', 'Orders.inherited', 'Orders.overridden']);
    tracing.reset();
    expect(await orders.load()).toBe(9);
    expect(names()).toEqual(['Orders.total', 'Orders.load']);
  });

  it('changes neither other instances nor the enumerable properties', () => {
    const orders = trace.wrapAll(new Orders());
    new Orders().total(1);
    expect(names()).toEqual([]);
    expect(Object.keys(orders)).toEqual(Object.keys(new Orders()));
    expect([orders.total.name, orders.total.length]).toEqual(['total', 1]);
  });

  it('traces the static methods of a class, and the methods of a prototype', () => {
    class Local extends Orders {}
    trace.wrapAll(Local);
    expect(Local.open()).toBeInstanceOf(Local);
    trace.wrapAll(Local.prototype);
    new Local().total(1);
    expect(names()).toEqual(['Local.open', 'Local.total']);
  });

  it('has no prefix for a plain object, and takes one', () => {
    trace.wrapAll({ pay: () => 1 }).pay();
    trace.wrapAll({ pay: () => 1 }, { prefix: 'bank' }).pay();
    trace.wrapAll(Object.assign(Object.create(null), { pay: () => 1 }) as { pay(): number }).pay();
    trace.wrapAll(new Orders(), { prefix: '' }).total(1);
    expect(names()).toEqual(['pay', 'bank.pay', 'pay', 'total']);
  });

  it('a method constructor names no class', () => {
    trace.wrapAll({ constructor: () => 1, pay: () => 1 }).pay();
    trace.wrapAll(Object.assign(new Orders(), { constructor: () => 1 })).total(1);
    expect(names()).toEqual(['pay', 'Orders.total']);
  });

  it('only and skip select methods', () => {
    const only = trace.wrapAll(new Orders(), { only: ['total', 'inherited'] });
    const skip = trace.wrapAll(new Orders(), { prefix: 'skip', skip: ['total'] });
    for (const orders of [only, skip]) {
      orders.total(1);
      orders.inherited();
      orders.overridden();
    }
    expect(names()).toEqual(['Orders.total', 'Orders.inherited', 'skip.inherited', 'skip.overridden']);
  });

  it('a second call adds nothing, nor does one for methods that are traced already', () => {
    const orders = trace.wrapAll(trace.wrapAll(new Orders()), { prefix: 'again' });
    const bank = trace.wrapAll({ pay: trace.wrap('pay', () => 1) });
    orders.total(1);
    bank.pay();
    expect(names()).toEqual(['Orders.total', 'pay']);
  });

  it('skips the constructor, then, symbols, accessors, classes and members of Object.prototype', async () => {
    const KEY = Symbol('key');
    const target = {
      constructor: () => 1,
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is under test
      then: (resolve: (value: number) => void) => resolve(2),
      toString: () => 'text',
      toLocaleString: () => 'local',
      [KEY]: () => 3,
      Model: Orders,
      get lazy(): () => number {
        throw new Error('the accessor was read');
      },
    };
    const before = Object.getOwnPropertyDescriptors(target);
    expect(trace.wrapAll(target) === target).toBe(true);
    expect(Object.getOwnPropertyDescriptors(target)).toEqual(before);
    expect([await target, `${target}`, target[KEY]()]).toEqual([2, 'text', 3]);
    expect(names()).toEqual([]);
  });

  it('skips the members of event emitters, also overridden ones', () => {
    class Bus extends EventEmitter {
      override emit(name: string, ...args: unknown[]): boolean {
        return super.emit(name, ...args);
      }
      publish(): boolean {
        return this.emit('message');
      }
    }
    const bus = trace.wrapAll(new Bus());
    let received = 0;
    bus.on('message', () => received++);
    expect([bus.publish(), received, names()]).toEqual([true, 1, ['Bus.publish']]);
  });

  it('skips the members of streams and of built-in classes', async () => {
    class Lines extends Readable {
      override _read(): void {
        this.push(null);
      }
      first(): string {
        return 'line';
      }
    }
    const lines = trace.wrapAll(new Lines());
    for await (const _ of lines) break;
    lines.first();
    class Cache extends Map<string, number> {
      load(key: string): number | undefined {
        return this.get(key);
      }
    }
    const cache = trace.wrapAll(new Cache([['a', 1]]));
    expect([cache.load('a'), cache.size]).toEqual([1, 1]);
    expect(names()).toEqual(['Lines.first', 'Cache.load']);
  });

  it('a method of a class that only has the name of a stream method is traced', () => {
    class Repository {
      read(): number {
        return 1;
      }
      on(): number {
        return 2;
      }
    }
    const repository = trace.wrapAll(new Repository());
    expect([repository.read(), repository.on(), names()]).toEqual([
      1,
      2,
      ['Repository.read', 'Repository.on'],
    ]);
  });

  it.each<[string, (orders: Orders) => Orders]>([
    ['frozen', Object.freeze],
    ['sealed', Object.seal],
  ])('reports methods of a %s object, and returns it', (_, close) => {
    const orders = close(new Orders());
    const captured = captureDiagnostics(() => expect(trace.wrapAll(orders)).toBe(orders));
    expect(captured.map(({ level, code, source }) => [level, code, source])).toEqual([
      ['warn', 'methods_not_wrapped', 'trace.wrapAll'],
    ]);
    expect([orders.total(1), names()]).toEqual([9, []]);
  });

  it.each<[string, unknown, unknown]>([
    ['a target that is no object', 5, undefined],
    ['options that are no object', { pay() {} }, 'bank'],
    ['an unknown option', { pay() {} }, { onyl: ['pay'] }],
    ['a prefix that is no text', { pay() {} }, { prefix: 5 }],
    ['a list that is none', { pay() {} }, { only: 'pay' }],
    ['a name that is no method', { pay() {} }, { skip: ['pya'] }],
    ['a name that is never traced', { pay() {} }, { only: ['pay', 'toString'] }],
  ])('reports %s', (_, target, options) => {
    const captured = captureDiagnostics(() =>
      expect(trace.wrapAll(target as object, options as never)).toBe(target),
    );
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['argument_ignored', 'trace.wrapAll'],
    ]);
    if (typeof target === 'object') {
      (target as { pay(): void }).pay();
      expect(names()).toEqual(['pay']);
    }
  });

  it('reports a proxy that throws, and returns it', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const captured = captureDiagnostics(() => expect(trace.wrapAll(proxy) === proxy).toBe(true));
    expect(captured.map(({ code, source }) => [code, source])).toEqual([
      ['callback_failed', 'trace.wrapAll'],
    ]);
  });
});
