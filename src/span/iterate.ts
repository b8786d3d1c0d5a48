// Generators: each step runs inside the span's context, whoever takes it, and the last one ends the span.

import { types } from 'node:util';
import type { OpenSpan } from './open-span.js';

type AnyGenerator = Generator<unknown, unknown, unknown>;
type AnyAsyncGenerator = AsyncGenerator<unknown, unknown, unknown>;
type Step = 'next' | 'return' | 'throw';

// The shared prototypes give the wrappers what every generator has: iterator helpers, `Symbol.dispose`.
const IteratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const AsyncIteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf((async function* empty() {})())),
);

/** Tells a generator object, also one that a compiler made of plain functions. */
export function isGenerator(value: unknown): value is AnyGenerator {
  return types.isGeneratorObject(value) ? !isAsync(value) : hasSteps(value) && Symbol.iterator in value;
}

/** Tells an async generator object. */
export function isAsyncGenerator(value: unknown): value is AnyAsyncGenerator {
  return types.isGeneratorObject(value) ? isAsync(value) : hasSteps(value) && Symbol.asyncIterator in value;
}

/**
 * A generator whose steps run inside the span.
 *
 * @param generator what fn returned
 * @param open ends at done, return or throw
 */
export function tracedIterator(generator: AnyGenerator, open: OpenSpan): AnyGenerator {
  const step = (method: Step, args: unknown[]): IteratorResult<unknown> => {
    try {
      const result = open.run(() => call(generator, method, args) as IteratorResult<unknown>);
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  };
  return Object.assign(Object.create(IteratorPrototype), {
    next: (...args: unknown[]) => step('next', args),
    return: (...args: unknown[]) => step('return', args),
    throw: (...args: unknown[]) => step('throw', args),
    [Symbol.toStringTag]: 'Generator',
  });
}

/**
 * An async generator whose steps run inside the span.
 *
 * @param generator what fn returned, or the iterator of an async iterable
 * @param open ends at done, return or throw
 */
export function tracedAsyncIterator(generator: AnyAsyncGenerator, open: OpenSpan): AnyAsyncGenerator {
  const step = async (method: Step, args: unknown[]): Promise<IteratorResult<unknown>> => {
    try {
      const result = await open.run(() => call(generator, method, args) as Promise<IteratorResult<unknown>>);
      if (result.done === true) open.end();
      return result;
    } catch (error) {
      open.fail(error);
      throw error;
    }
  };
  return Object.assign(Object.create(AsyncIteratorPrototype), {
    next: (...args: unknown[]) => step('next', args),
    return: (...args: unknown[]) => step('return', args),
    throw: (...args: unknown[]) => step('throw', args),
    [Symbol.toStringTag]: 'AsyncGenerator',
  });
}

/** Calls a step with exactly the arguments given; an iterator without `return` or `throw` ends as the language says. */
function call(iterator: object, method: Step, args: unknown[]): unknown {
  const fn = (iterator as Partial<Record<Step, (...args: unknown[]) => unknown>>)[method];
  if (typeof fn === 'function') return fn.apply(iterator, args);
  if (method === 'throw') throw args[0];
  return { done: true, value: args[0] };
}

function isAsync(value: object): boolean {
  return Symbol.asyncIterator in value;
}

function hasSteps(value: unknown): value is Record<Step, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { next, return: end, throw: raise } = value as Partial<Record<Step, unknown>>;
  return typeof next === 'function' && typeof end === 'function' && typeof raise === 'function';
}
