// trace.traced: the decorator, in the standard form and in TypeScript's legacy form, with and without parentheses.

import { globalState } from '../core/global-state.js';
import type { AnyFunction, SpanOptions, Traced } from './types.js';
import { traceFunction } from './wrap.js';

/** The arguments of a decorator: two in the standard form, three in TypeScript's legacy form. */
type DecoratorArguments = readonly [target: unknown, context: unknown, descriptor?: PropertyDescriptor];

/** Implements {@link Trace.traced}. */
export const traced: Traced = ((...args: readonly unknown[]): unknown => {
  // `@trace.traced` without parentheses: the first argument is the method.
  if (isDecoratorCall(args)) return decorate(args, undefined, undefined);
  const [name, options] = args as readonly [string?, SpanOptions?];
  return (...decoratorArgs: DecoratorArguments): unknown => decorate(decoratorArgs, name, options);
}) as Traced;

/** Returns the traced method, or undefined, which leaves anything but a method unchanged. */
function decorate(
  [target, context, descriptor]: DecoratorArguments,
  name: string | undefined,
  options: SpanOptions | undefined,
): unknown {
  if (isStandardContext(context)) {
    if (context.kind === 'method' && typeof target === 'function') {
      return traceFunction(createNameFunction(name, context.name), target as AnyFunction, options);
    }
    return reportNotAMethod(`the ${context.kind} ${String(context.name)}`);
  }
  const key = context as string | symbol;
  if (typeof descriptor?.value === 'function') {
    return { ...descriptor, value: traceFunction(createNameFunction(name, key), descriptor.value, options) };
  }
  return reportNotAMethod(key === undefined ? 'a class' : `the member ${String(key)}`);
}

function reportNotAMethod(element: string): undefined {
  globalState.diagnostics.reportOnce(`traced:${element}`, 'error', {
    code: 'method_expected',
    message: `${element} is not traced, because trace.traced decorates methods only`,
    fix: 'Move the decorator to a method, or wrap a function with trace.wrap().',
    source: 'trace.traced',
  });
  return undefined;
}

/** Whether these are the arguments of a decorator: a context of the standard form, or a target with a property key. */
function isDecoratorCall(args: readonly unknown[]): args is DecoratorArguments {
  const [first, second] = args;
  if (isStandardContext(second)) return true;
  if (args.length === 1) return typeof first === 'function';
  const isKey = typeof second === 'string' || typeof second === 'symbol';
  return isKey && (typeof first === 'function' || (typeof first === 'object' && first !== null));
}

/** Creates the function that returns the span name for a call's `this`. */
function createNameFunction(name: string | undefined, key: string | symbol): (self: unknown) => string {
  const method = typeof key === 'symbol' ? (key.description ?? 'method') : key;
  return name === undefined ? self => `${getClassPrefix(self)}${method}` : () => name;
}

/** Returns `Orders.` for an instance or for the class itself, or an empty text if there is no named class. */
function getClassPrefix(self: unknown): string {
  try {
    const owner =
      typeof self === 'function' ? self : (self as { constructor?: unknown } | null | undefined)?.constructor;
    return typeof owner === 'function' && owner.name !== '' && owner !== Object ? `${owner.name}.` : '';
  } catch {
    // A `constructor` getter threw. The span name has no class then.
    return '';
  }
}

function isStandardContext(context: unknown): context is { kind: string; name: string | symbol } {
  return (
    typeof context === 'object' &&
    context !== null &&
    typeof (context as { kind?: unknown }).kind === 'string' &&
    // Span options may also have a kind, but no name.
    'name' in context
  );
}
