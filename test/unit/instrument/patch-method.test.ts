import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { patchMethod } from '../../../src/instrument/patch-method.js';

class Base {
  greet(name: string): string {
    return `hello ${name}`;
  }
}
class Derived extends Base {}

it('wraps an inherited method, which is looked up at each call, and restores it', () => {
  const restore = patchMethod(Derived.prototype, 'greet', original => {
    return function greet(this: unknown, ...args): unknown {
      return `${String(Reflect.apply(original, this, args))}!`;
    };
  });
  expect(new Derived().greet('a')).toBe('hello a!');
  const before = Base.prototype.greet;
  Base.prototype.greet = name => `hi ${name}`;
  expect(new Derived().greet('a')).toBe('hi a!');
  Base.prototype.greet = before;
  restore();
  expect(Object.hasOwn(Derived.prototype, 'greet')).toBe(false);
});

it('leaves a patch in place that another package has wrapped', () => {
  class Emitter extends EventEmitter {}
  const restore = patchMethod(Emitter.prototype, 'emit', original => original);
  const wrapped = (): boolean => true;
  Emitter.prototype.emit = wrapped;
  restore();
  expect(Emitter.prototype.emit).toBe(wrapped);
});
