// trace.wrap: a function that is traced at every call and otherwise the same function.

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
 * A traced function with fn's `this`, parameters, name and length.
 *
 * @param nameOf the span's name, from the call's `this`
 * @param fn the function to trace
 * @param options the span's options
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
  const fixed: SpanOptions | undefined =
    options === undefined || typeof attributes === 'function'
      ? options && rest
      : { ...rest, ...(attributes === undefined ? {} : { attributes }) };

  function traced(this: unknown, ...args: unknown[]): unknown {
    const spanOptions =
      typeof attributes === 'function' ? withAttributes(rest, attributes as AnyFunction, args) : fixed;
    if (new.target === undefined) {
      return runInSpan(nameOf(this), spanOptions, () => Reflect.apply(fn, this, args));
    }
    const target = new.target === traced ? fn : new.target;
    let made: unknown;
    // The object is made when the constructor returns, whatever it is: a query that is made must not start for it.
    runInSpan(nameOf(this), spanOptions, () => {
      made = Reflect.construct(fn, args, target);
    });
    return made;
  }

  return copyFunctionProperties(traced, fn);
}

/**
 * Gives `wrapper` the properties of `fn`: name and length for frameworks that look at them, `promisify.custom`, and the
 * prototype and statics of a constructor, those of its base classes included.
 */
export function copyFunctionProperties<F extends AnyFunction>(wrapper: (...args: never[]) => unknown, fn: F): F {
  return guarded(
    'reading the properties of a function to wrap',
    () => {
      for (const key of Reflect.ownKeys(fn)) {
        // Of functions in sloppy mode only, and nobody's to copy.
        if (key === 'arguments' || key === 'caller') continue;
        const descriptor = Object.getOwnPropertyDescriptor(fn, key);
        if (descriptor === undefined) continue;
        if (key !== 'prototype') descriptor.configurable = true;
        Object.defineProperty(wrapper, key, descriptor);
      }
      const kind: unknown = Object.getPrototypeOf(fn);
      // A derived class finds the statics of its base there.
      if (typeof kind === 'function' && kind !== Function.prototype) Object.setPrototypeOf(wrapper, kind);
      return wrapper as AnyFunction as F;
    },
    wrapper as AnyFunction as F,
  );
}

function withAttributes(rest: SpanOptions, attributes: AnyFunction, args: unknown[]): SpanOptions {
  const made = guarded(
    'the attributes function of trace.wrap',
    () => Reflect.apply(attributes, undefined, args) as Attributes | undefined,
    undefined,
  );
  return made === undefined || made === null ? rest : { ...rest, attributes: made };
}
