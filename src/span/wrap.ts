// trace.wrap: a function that is traced at every call and otherwise the same function.

import type { Attributes } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { runSpan } from './span.js';
import type { AnyFunction, SpanOptions, WrapOptions } from './types.js';

/** Implements {@link Trace.wrap}. */
export function wrap<F extends AnyFunction>(name: string, fn: F, options?: WrapOptions<F>): F {
  return tracedFunction(() => name, fn, options);
}

/**
 * A traced function with fn's `this`, parameters, name and length.
 *
 * @param nameOf the span's name, from the call's `this`
 * @param fn the function to trace
 * @param options the span's options
 */
export function tracedFunction<F extends AnyFunction>(
  nameOf: (self: unknown) => string,
  fn: F,
  options: WrapOptions<F> | undefined,
): F {
  const { attributes, ...rest } = options ?? {};
  const fixed: SpanOptions | undefined =
    options === undefined || typeof attributes === 'function'
      ? options && rest
      : { ...rest, ...(attributes === undefined ? {} : { attributes }) };

  function traced(this: unknown, ...args: unknown[]): unknown {
    const spanOptions =
      typeof attributes === 'function' ? withAttributes(rest, attributes as AnyFunction, args) : fixed;
    return runSpan(nameOf(this), spanOptions, () => Reflect.apply(fn, this, args));
  }

  return sameShape(traced, fn);
}

/** Gives `wrapper` the name and length of `fn`, so that frameworks that look at them see no difference. */
export function sameShape<F extends AnyFunction>(wrapper: (...args: never[]) => unknown, fn: F): F {
  for (const key of ['name', 'length'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (descriptor !== undefined) Object.defineProperty(wrapper, key, { ...descriptor, configurable: true });
  }
  return wrapper as AnyFunction as F;
}

function withAttributes(rest: SpanOptions, attributes: AnyFunction, args: unknown[]): SpanOptions {
  const made = guarded(
    'the attributes function of trace.wrap',
    () => Reflect.apply(attributes, undefined, args) as Attributes | undefined,
    undefined,
  );
  return made === undefined || made === null ? rest : { ...rest, attributes: made };
}
