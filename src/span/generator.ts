// Generators: each step runs inside the span's context, whoever takes it, and the last one ends the span.
//
// A real generator object holds nothing but its steps, so a bare wrapper stands for it. Other iterators are objects of
// somebody's class; they keep their other members behind a forwarding proxy.

import { types } from 'node:util';
import { createForwardingProxy } from './forwarding-proxy.js';
import type { OpenSpan } from './open-span.js';

type AnyFunction = (...args: unknown[]) => unknown;
type StepName = 'next' | 'return' | 'throw';
type Step = (name: StepName, args: unknown[]) => unknown;

/** Sync or async: what each calls its iterator, what the wrappers inherit, and how a step is taken. */
interface Way {
  readonly symbol: typeof Symbol.iterator | typeof Symbol.asyncIterator;
  readonly tag: Readonly<Record<typeof Symbol.toStringTag, string>>;
  /** What every generator has: iterator helpers, `Symbol.dispose`. */
  readonly prototype: object;
  readonly step: (iterator: object, open: OpenSpan) => Step;
}

const SYNC: Way = {
  symbol: Symbol.iterator,
  tag: { [Symbol.toStringTag]: 'Generator' },
  prototype: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
  step: (iterator, open) => (name, args) => {
    try {
      const result = open.run(() => take(iterator, name, args)) as IteratorResult<unknown>;
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  },
};

const ASYNC: Way = {
  symbol: Symbol.asyncIterator,
  tag: { [Symbol.toStringTag]: 'AsyncGenerator' },
  prototype: Object.getPrototypeOf(
    Object.getPrototypeOf(Object.getPrototypeOf((async function* empty() {})())),
  ),
  step: (iterator, open) => async (name, args) => {
    try {
      const result = (await open.run(() => take(iterator, name, args))) as IteratorResult<unknown>;
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  },
};

/** Tells a generator, sync or async: a real one, one that a compiler made of plain functions, or a class's own. */
export function isGenerator(value: object): boolean {
  if (types.isGeneratorObject(value)) return true;
  const { next, return: end, throw: raise } = value as Partial<Record<StepName, unknown>>;
  return (
    typeof next === 'function' &&
    typeof end === 'function' &&
    typeof raise === 'function' &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/**
 * A generator whose steps run inside the span.
 *
 * @param generator what fn returned: a real generator or an object that behaves like one
 * @param open ends at done, return or throw
 */
export function traceGenerator<T extends object>(generator: T, open: OpenSpan): T {
  return traced(generator, Symbol.asyncIterator in generator ? ASYNC : SYNC, open);
}

/**
 * The same async iterable with its iterators traced; its other members stay.
 *
 * @param iterable what fn handed over
 * @param open ends when an iterator of it does
 */
export function traceAsyncIterable<T extends AsyncIterable<unknown>>(iterable: T, open: OpenSpan): T {
  return createForwardingProxy(iterable, { [Symbol.asyncIterator]: () => iteratorOf(iterable, ASYNC, open) });
}

function traced<T extends object>(iterator: T, way: Way, open: OpenSpan): T {
  const step = way.step(iterator, open);
  const steps = {
    next: (...args: unknown[]) => step('next', args),
    return: (...args: unknown[]) => step('return', args),
    throw: (...args: unknown[]) => step('throw', args),
  };
  if (types.isGeneratorObject(iterator)) {
    return Object.assign(Object.create(way.prototype), steps, way.tag);
  }
  const proxy: T = createForwardingProxy(iterator, {
    ...steps,
    [way.symbol]: () =>
      typeof member(iterator, way.symbol) === 'function' ? iteratorOf(iterator, way, open, proxy) : proxy,
  });
  return proxy;
}

/** A traced iterator of an iterable; `itself` where the iterable answers that it is its own. */
function iteratorOf(iterable: object, way: Way, open: OpenSpan, itself?: object): object {
  try {
    const iterator = open.run(() => (member(iterable, way.symbol) as AnyFunction).call(iterable)) as object;
    return iterator === iterable && itself !== undefined ? itself : traced(iterator, way, open);
  } catch (error) {
    open.fail(error);
    throw error;
  }
}

/** Takes a step with exactly the arguments given; an iterator without `return` or `throw` ends as the language says. */
function take(iterator: object, name: StepName, args: unknown[]): unknown {
  const fn = (iterator as Partial<Record<StepName, AnyFunction>>)[name];
  if (typeof fn === 'function') return fn.apply(iterator, args);
  if (name === 'throw') throw args[0];
  return { done: true, value: args[0] };
}

function member(of: object, key: PropertyKey): unknown {
  return (of as Record<PropertyKey, unknown>)[key];
}
