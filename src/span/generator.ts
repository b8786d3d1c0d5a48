// Generators: each step runs in the context of the span, and the last step ends the span.
//
// A native generator object has no members but its steps, so a plain object replaces it. Other iterators are instances of
// classes. They keep their other members behind a forwarding proxy.

import { types } from 'node:util';
import { createForwardingProxy } from './forwarding-proxy.js';
import type { OpenSpan } from './open-span.js';

type IteratorFunction = (...args: unknown[]) => unknown;
type StepName = 'next' | 'return' | 'throw';
type Step = (name: StepName, args: unknown[]) => unknown;

/** The differences between synchronous and asynchronous iterators. */
interface IteratorProtocol {
  readonly symbol: typeof Symbol.iterator | typeof Symbol.asyncIterator;
  readonly tag: Readonly<Record<typeof Symbol.toStringTag, string>>;
  /** The prototype of all generators, with the iterator helpers and `Symbol.dispose`. */
  readonly prototype: object;
  readonly createStep: (iterator: object, open: OpenSpan) => Step;
}

const SYNC: IteratorProtocol = {
  symbol: Symbol.iterator,
  tag: { [Symbol.toStringTag]: 'Generator' },
  prototype: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
  createStep: (iterator, open) => (name, args) => {
    try {
      const result = open.run(() => callStep(iterator, name, args)) as IteratorResult<unknown>;
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  },
};

const ASYNC: IteratorProtocol = {
  symbol: Symbol.asyncIterator,
  tag: { [Symbol.toStringTag]: 'AsyncGenerator' },
  prototype: Object.getPrototypeOf(
    Object.getPrototypeOf(Object.getPrototypeOf((async function* empty() {})())),
  ),
  createStep: (iterator, open) => async (name, args) => {
    try {
      const result = (await open.run(() => callStep(iterator, name, args))) as IteratorResult<unknown>;
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  },
};

/** Whether a value is a generator, sync or async: a native one, the output of a compiler, or an instance of a class. */
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
 * Returns a generator whose steps run in the context of the span.
 *
 * @param generator a native generator or an object with the same methods
 * @param open the span, which ends when the generator is done, returns or throws
 */
export function traceGenerator<T extends object>(generator: T, open: OpenSpan): T {
  return traceIterator(generator, Symbol.asyncIterator in generator ? ASYNC : SYNC, open);
}

/**
 * Returns the async iterable with traced iterators and with its other members.
 *
 * @param iterable the async iterable
 * @param open the span, which ends with the first iterator that ends
 */
export function traceAsyncIterable<T extends AsyncIterable<unknown>>(iterable: T, open: OpenSpan): T {
  return createForwardingProxy(iterable, {
    [Symbol.asyncIterator]: () => createTracedIterator(iterable, ASYNC, open),
  });
}

function traceIterator<T extends object>(iterator: T, protocol: IteratorProtocol, open: OpenSpan): T {
  const step = protocol.createStep(iterator, open);
  const steps = {
    next: (...args: unknown[]) => step('next', args),
    return: (...args: unknown[]) => step('return', args),
    throw: (...args: unknown[]) => step('throw', args),
  };
  if (types.isGeneratorObject(iterator)) {
    return Object.assign(Object.create(protocol.prototype), steps, protocol.tag);
  }
  const proxy: T = createForwardingProxy(iterator, {
    ...steps,
    [protocol.symbol]: () =>
      typeof getMember(iterator, protocol.symbol) === 'function'
        ? createTracedIterator(iterator, protocol, open, proxy)
        : proxy,
  });
  return proxy;
}

/**
 * Creates a traced iterator of an iterable.
 *
 * @param tracedIterable the result if the iterable is its own iterator
 */
function createTracedIterator(
  iterable: object,
  protocol: IteratorProtocol,
  open: OpenSpan,
  tracedIterable?: object,
): object {
  try {
    const createIterator = (): unknown =>
      (getMember(iterable, protocol.symbol) as IteratorFunction).call(iterable);
    const iterator = open.run(createIterator) as object;
    return iterator === iterable && tracedIterable !== undefined
      ? tracedIterable
      : traceIterator(iterator, protocol, open);
  } catch (error) {
    open.fail(error);
    throw error;
  }
}

/** Calls a step with exactly the given arguments. Without `return` or `throw`, an iterator ends as the language defines. */
function callStep(iterator: object, name: StepName, args: unknown[]): unknown {
  const fn = (iterator as Partial<Record<StepName, IteratorFunction>>)[name];
  if (typeof fn === 'function') return fn.apply(iterator, args);
  if (name === 'throw') throw args[0];
  return { done: true, value: args[0] };
}

function getMember(object: object, key: PropertyKey): unknown {
  return (object as Record<PropertyKey, unknown>)[key];
}
