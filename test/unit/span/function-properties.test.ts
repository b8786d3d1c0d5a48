import { describe, expect, it } from 'vitest';
import { copyFunctionProperties, createClassProxy, isClass } from '../../../src/span/function-properties.js';
import { captureDiagnostics } from '../../support/captured-diagnostics.js';

describe('copyFunctionProperties', () => {
  it('returns the wrapper and reports it if the properties cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable(() => 1, {});
    revoke();
    const wrapper = (): number => 2;
    const captured = captureDiagnostics(() => expect(copyFunctionProperties(wrapper, proxy)).toBe(wrapper));
    expect(captured.map(({ code }) => code)).toEqual(['callback_failed']);
  });

  it('copies own properties, also with symbols, and hides no property that is not enumerable', () => {
    const KEY = Symbol('key');
    const add = (a: number, b: number): number => a + b;
    const fn = Object.assign(add, { version: 3, [KEY]: 4 });
    Object.defineProperty(fn, 'hidden', { value: 5, enumerable: false });
    const copy = copyFunctionProperties(() => 0, fn) as typeof fn & { hidden: number };
    expect([copy.name, copy.length, copy.version, copy[KEY], copy.hidden]).toEqual(['add', 2, 3, 4, 5]);
    expect(Object.keys(copy)).toEqual(['version']);
  });

  it('looks like an async or generator function to libraries that distinguish them', () => {
    const copyOf = (fn: () => unknown): string =>
      Object.prototype.toString.call(copyFunctionProperties(() => {}, fn));
    expect(copyOf(async () => {})).toBe('[object AsyncFunction]');
    expect(copyOf(function* generate() {})).toBe('[object GeneratorFunction]');
    expect(copyOf(() => {})).toBe('[object Function]');
  });

  it('has the source of the function, because dependency injection reads parameter names from it', () => {
    const fn = (orders: unknown, { limit }: { limit: number }): unknown => [orders, limit];
    expect(copyFunctionProperties(() => 0, fn).toString()).toBe(fn.toString());
  });
});

describe('createClassProxy', () => {
  class Pool {
    static size = 0;
    static #secret = 7;
    readonly id: number;
    constructor(id: number) {
      this.id = id;
      Pool.size++;
    }
    static secret(): number {
      return this.#secret;
    }
    static get hidden(): number {
      return this.#secret;
    }
    static self(): unknown {
      return this;
    }
  }
  const Proxied = createClassProxy(Pool, (args, newTarget) =>
    Reflect.construct(Pool, args, newTarget as typeof Pool),
  );

  it('shares its statics with the class', () => {
    Pool.size = 0;
    expect(new Proxied(3).id).toBe(3);
    expect([Proxied.size, Pool.size]).toEqual([1, 1]);
    Proxied.size = 5;
    expect(Pool.size).toBe(5);
  });

  it('runs static methods and accessors with private statics', () => {
    expect([Proxied.secret(), Proxied.hidden]).toEqual([7, 7]);
    expect(Proxied.secret).toBe(Proxied.secret);
  });

  it('can be derived from, and a static of the subclass receives the subclass', () => {
    class Sub extends Proxied {
      static override size = 1;
    }
    expect(new Sub(4)).toBeInstanceOf(Pool);
    expect([Sub.self() === Sub, Proxied.self() === Pool]).toEqual([true, true]);
  });

  it('has the source and the prototype of the class, and refuses a call without new', () => {
    expect(Proxied.toString()).toBe(Pool.toString());
    expect(Proxied.prototype).toBe(Pool.prototype);
    expect(() => (Proxied as unknown as () => void)()).toThrow(TypeError);
    expect(new (Proxied.bind(null, 9))().id).toBe(9);
  });

  it('supports a frozen class', () => {
    class Frozen {
      readonly isFrozen = true;
      static twice(n: number): number {
        return n * 2;
      }
    }
    const frozen = createClassProxy(Object.freeze(Frozen), () => new Frozen());
    expect(frozen.twice(2)).toBe(4);
  });
});

describe('isClass', () => {
  it('recognises classes only', () => {
    class Empty {
      readonly isEmpty = true;
    }
    const { proxy, revoke } = Proxy.revocable(Empty, {});
    revoke();
    const values = [Empty, () => 1, function old() {}, async () => {}, function* generate() {}, {}, proxy];
    expect(values.map(isClass)).toEqual([true, false, false, false, false, false, false]);
  });
});
