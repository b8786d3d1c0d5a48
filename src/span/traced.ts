// trace.traced: the decorator, in the standard form and in TypeScript's legacy form, with and without parentheses.

import { globalState } from '../core/global-state.js';
import type { AnyFunction, SpanOptions, Traced } from './types.js';
import { traceFunction } from './wrap.js';

/** What a decorator is called with, by the standard or, with three, by TypeScript's legacy form. */
type Decorated = readonly [target: unknown, context: unknown, descriptor?: PropertyDescriptor];

/** Implements {@link Trace.traced}. */
export const traced: Traced = ((...given: readonly unknown[]): unknown => {
  // `@trace.traced` without parentheses: what is given is the method itself.
  if (isDecorated(given)) return decorate(given, undefined, undefined);
  const [name, options] = given as readonly [string?, SpanOptions?];
  return (...decorated: Decorated): unknown => decorate(decorated, name, options);
}) as Traced;

/** The traced method; undefined, which leaves what is decorated as it is, where that is no method. */
function decorate(
  [target, context, descriptor]: Decorated,
  name: string | undefined,
  options: SpanOptions | undefined,
): unknown {
  if (isStandardContext(context)) {
    if (context.kind === 'method' && typeof target === 'function') {
      return traceFunction(nameFrom(name, context.name), target as AnyFunction, options);
    }
    return refuse(`the ${context.kind} ${String(context.name)}`);
  }
  const key = context as string | symbol;
  if (typeof descriptor?.value === 'function') {
    return { ...descriptor, value: traceFunction(nameFrom(name, key), descriptor.value, options) };
  }
  return refuse(String(key ?? 'a class'));
}

function refuse(what: string): undefined {
  globalState.diagnostics.once(
    `traced:${what}`,
    'error',
    `trace.traced decorates methods only; ${what} is left as it is, untraced`,
  );
  return undefined;
}

/** A decorator's own arguments: the standard's context, or a property's key behind what holds it. */
function isDecorated(given: readonly unknown[]): given is Decorated {
  const [first, second] = given;
  if (isStandardContext(second)) return true;
  if (given.length === 1) return typeof first === 'function';
  const isKey = typeof second === 'string' || typeof second === 'symbol';
  return isKey && (typeof first === 'function' || (typeof first === 'object' && first !== null));
}

function nameFrom(name: string | undefined, key: string | symbol): (self: unknown) => string {
  const method = typeof key === 'symbol' ? (key.description ?? 'method') : key;
  return name === undefined ? self => `${className(self)}${method}` : () => name;
}

/** `Orders.` of an instance or of the class itself; nothing where there is no class to name. */
function className(self: unknown): string {
  try {
    const owner =
      typeof self === 'function' ? self : (self as { constructor?: unknown } | null | undefined)?.constructor;
    return typeof owner === 'function' && owner.name !== '' && owner !== Object ? `${owner.name}.` : '';
  } catch {
    // A `constructor` getter that throws only costs the class's part of the name.
    return '';
  }
}

function isStandardContext(context: unknown): context is { kind: string; name: string | symbol } {
  return (
    typeof context === 'object' &&
    context !== null &&
    typeof (context as { kind?: unknown }).kind === 'string' &&
    // Options may have a kind, too, but no name.
    'name' in context
  );
}
