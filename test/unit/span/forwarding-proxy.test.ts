import { describe, expect, it } from 'vitest';
import { createForwardingProxy } from '../../../src/span/forwarding-proxy.js';

/** A class with a private field, a setter and methods that return the instance. */
class Account {
  static readonly currency = 'EUR';
  readonly Kind: typeof Account = Account;
  #balance = 1;

  get balance(): number {
    return this.#balance;
  }

  set balance(value: number) {
    this.#balance = value;
  }

  get self(): this {
    return this;
  }

  add(amount: number): this {
    this.#balance += amount;
    return this;
  }
}

describe('a forwarding proxy', () => {
  it('has the given members, and the others of the object', () => {
    const proxy = createForwardingProxy({ a: 1, b: 2 }, { a: 10, c: 30 });
    expect([proxy.a, proxy.b, Reflect.get(proxy, 'c'), 'c' in proxy, 'd' in proxy]).toEqual([
      10,
      2,
      30,
      true,
      false,
    ]);
  });

  it('runs getters, setters and methods on the object, which has their private fields', () => {
    const original = new Account();
    const proxy = createForwardingProxy(original, {});
    proxy.balance = 5;
    expect([proxy.balance, original.balance, proxy.add(1).balance]).toEqual([5, 5, 6]);
  });

  it('returns itself from a method or a getter that returns the object', () => {
    const proxy = createForwardingProxy(new Account(), {});
    expect([proxy.add(1), proxy.self, proxy.add(1).self.add(1)]).toEqual([proxy, proxy, proxy]);
  });

  it('returns classes, `constructor` and statics unchanged, and one function for each method', () => {
    const proxy = createForwardingProxy(new Account(), {});
    expect([proxy.constructor, proxy.Kind, proxy.Kind.currency]).toEqual([Account, Account, 'EUR']);
    expect(proxy.add).toBe(proxy.add);
    expect(createForwardingProxy({ call: Object.assign(() => 1, { calls: 3 }) }, {}).call.calls).toBe(3);
  });

  it('has the prototype, keys and JSON of the object, also if it is frozen', () => {
    for (const original of [new Account(), Object.freeze(new Account())]) {
      const proxy = createForwardingProxy(original, { add: () => 'mine' });
      expect(proxy).toBeInstanceOf(Account);
      expect([Object.keys(proxy), JSON.stringify({ ...proxy })]).toEqual([['Kind'], '{}']);
      expect([proxy.balance, proxy.add(1)]).toEqual([1, 'mine']);
    }
  });

  it('replaces members of frozen objects and functions', () => {
    const frozen = createForwardingProxy(Object.freeze({ a: 1, b: 2 }), { a: 10 });
    expect([frozen.a, frozen.b, Object.keys(frozen), { ...frozen }]).toEqual([
      10,
      2,
      ['a', 'b'],
      { a: 10, b: 2 },
    ]);
    expect(() => Object.assign(frozen, { b: 3 })).toThrow(TypeError);
    const callable = createForwardingProxy(Object.freeze(Object.assign((n: number) => n + 1, { a: 1 })), {
      a: 10,
    });
    expect([callable(1), callable.a]).toEqual([2, 10]);
    const open = createForwardingProxy(
      Object.assign((n: number) => n + 1, { a: 1 }),
      { a: 10 },
    );
    expect([open(1), open.a]).toEqual([2, 10]);
  });

  it('deletes the properties of the object', () => {
    const original: { a?: number; b?: number } = Object.defineProperty({ a: 1 }, 'b', { value: 2 });
    const proxy = createForwardingProxy(original, {});
    expect(delete proxy.a).toBe(true);
    expect(Reflect.deleteProperty(proxy, 'b')).toBe(false);
    expect([original.a, original.b]).toEqual([undefined, 2]);
  });

  it('works for a proxy that does not list its keys', () => {
    const hostile = new Proxy(
      { a: 1 },
      {
        ownKeys() {
          throw new Error('no');
        },
      },
    );
    expect(createForwardingProxy(hostile, { b: 2 }).a).toBe(1);
  });
});
