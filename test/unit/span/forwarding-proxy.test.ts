import { describe, expect, it } from 'vitest';
import { createForwardingProxy } from '../../../src/span/forwarding-proxy.js';

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

describe('forwarding', () => {
  it('answers the members itself and nothing else', () => {
    const front = createForwardingProxy({ a: 1, b: 2 }, { a: 10, c: 30 });
    expect([front.a, front.b, Reflect.get(front, 'c'), 'c' in front, 'd' in front]).toEqual([
      10,
      2,
      30,
      true,
      false,
    ]);
  });

  it('runs getters, setters and methods on the real object, whose private fields they need', () => {
    const real = new Account();
    const front = createForwardingProxy(real, {});
    front.balance = 5;
    expect([front.balance, real.balance, front.add(1).balance]).toEqual([5, 5, 6]);
  });

  it('goes on with itself where a method or a getter answers the real object', () => {
    const front = createForwardingProxy(new Account(), {});
    expect([front.add(1), front.self, front.add(1).self.add(1)]).toEqual([front, front, front]);
  });

  it('leaves classes, `constructor` and statics as they are, and a method the same at each reading', () => {
    const front = createForwardingProxy(new Account(), {});
    expect([front.constructor, front.Kind, front.Kind.currency]).toEqual([Account, Account, 'EUR']);
    expect(front.add).toBe(front.add);
    expect(createForwardingProxy({ call: Object.assign(() => 1, { calls: 3 }) }, {}).call.calls).toBe(3);
  });

  it('is the real object to instanceof, keys and JSON, frozen or not', () => {
    for (const real of [new Account(), Object.freeze(new Account())]) {
      const front = createForwardingProxy(real, { add: () => 'mine' });
      expect(front).toBeInstanceOf(Account);
      expect([Object.keys(front), JSON.stringify({ ...front })]).toEqual([['Kind'], '{}']);
      expect([front.balance, front.add(1)]).toEqual([1, 'mine']);
    }
  });

  it('replaces members that are fixed: frozen objects and functions', () => {
    const frozen = createForwardingProxy(Object.freeze({ a: 1, b: 2 }), { a: 10 });
    expect([frozen.a, frozen.b, Object.keys(frozen), { ...frozen }]).toEqual([
      10,
      2,
      ['a', 'b'],
      { a: 10, b: 2 },
    ]);
    expect(() => Object.assign(frozen, { b: 3 })).toThrow(TypeError);
    const callable = createForwardingProxy(Object.freeze(Object.assign((n: number) => n + 1, { a: 1 })), { a: 10 });
    expect([callable(1), callable.a]).toEqual([2, 10]);
    const open = createForwardingProxy(
      Object.assign((n: number) => n + 1, { a: 1 }),
      { a: 10 },
    );
    expect([open(1), open.a]).toEqual([2, 10]);
  });

  it('stands in front of a proxy that does not say what it has', () => {
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
