// trace.wrap: a function that starts a span for each call and behaves like the original otherwise.

import type { Attributes } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { requireFunction } from './require-function.js';
import { runInSpan } from './span.js';
import type { AnyFunction, SpanOptions, WrapOptions } from './types.js';

/** Implements {@link Trace.wrap}. */
export function wrap<F extends AnyFunction>(name: string, fn: F, options?: WrapOptions<F>): F {
  if (!requireFunction(fn, `trace.wrap('${String(name)}')`)) return fn;
  return traceFunction(() => name, fn, options);
}

/**
 * Creates a traced function with the `this`, parameters, name and length of the original.
 *
 * @param nameOf returns the span name for a call's `this`
 * @param fn the original function
 * @param options the options of the span
 */
export function traceFunction<F extends AnyFunction>(
  nameOf: (self: unknown) => string,
  fn: F,
  options: WrapOptions<F> | undefined,
): F {
  const { attributes, ...rest }: WrapOptions<F> = guarded(
    'the options of a traced function',
    () => ({ ...options }),
    {},
  );
  const fixedOptions: SpanOptions | undefined =
    options === undefined || typeof attributes === 'function'
      ? options && rest
      : { ...rest, ...(attributes === undefined ? {} : { attributes }) };

  function traced(this: unknown, ...args: unknown[]): unknown {
    const spanOptions =
      typeof attributes === 'function' ? addAttributes(rest, attributes as AnyFunction, args) : fixedOptions;
    if (new.target === undefined) {
      return runInSpan(nameOf(this), spanOptions, () => Reflect.apply(fn, this, args));
    }
    const newTarget = new.target === traced ? fn : new.target;
    let instance: unknown;
    // The instance is not returned to runInSpan, which would start an instance that is a query.
    runInSpan(nameOf(this), spanOptions, () => {
      instance = Reflect.construct(fn, args, newTarget);
    });
    return instance;
  }

  return copyFunctionProperties(traced, fn);
}

/**
 * Copies the properties of a function to its wrapper: name and length, which frameworks read, `promisify.custom`, and the
 * prototype and statics of a constructor, including those of its base classes.
 *
 * @param wrapper the wrapper
 * @param fn the original function
 * @returns the wrapper
 */
export function copyFunctionProperties<F extends AnyFunction>(
  wrapper: (...args: never[]) => unknown,
  fn: F,
): F {
  return guarded(
    'reading the properties of a function to wrap',
    () => {
      for (const key of Reflect.ownKeys(fn)) {
        // These exist on functions in sloppy mode only and cannot be copied.
        if (key === 'arguments' || key === 'caller') continue;
        const descriptor = Object.getOwnPropertyDescriptor(fn, key);
        if (descriptor === undefined) continue;
        if (key !== 'prototype') descriptor.configurable = true;
        Object.defineProperty(wrapper, key, descriptor);
      }
      const baseClass: unknown = Object.getPrototypeOf(fn);
      // A derived class inherits the statics of its base class through its prototype.
      if (typeof baseClass === 'function' && baseClass !== Function.prototype) {
        Object.setPrototypeOf(wrapper, baseClass);
      }
      return wrapper as AnyFunction as F;
    },
    wrapper as AnyFunction as F,
  );
}

function addAttributes(rest: SpanOptions, attributes: AnyFunction, args: unknown[]): SpanOptions {
  const result = guarded(
    'the attributes function of trace.wrap',
    () => Reflect.apply(attributes, undefined, args) as Attributes | undefined,
    undefined,
  );
  return result === undefined || result === null ? rest : { ...rest, attributes: result };
}
