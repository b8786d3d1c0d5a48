// trace.traced: the decorator, in the standard form and in TypeScript's legacy form, with and without parentheses.

import { globalState } from '../core/global-state.js';
import type { GetTracer } from './active-tracer.js';
import { reportArgument } from './report-input.js';
import type { AnyFunction, Traced, TracedOptions } from './types.js';
import { type NameOf, traceFunction } from './wrap.js';

/** The arguments of a decorator: two in the standard form, three in TypeScript's legacy form. */
type DecoratorArguments = readonly [target: unknown, context: unknown, descriptor?: PropertyDescriptor];

interface Settings {
  readonly name: string | undefined;
  readonly options: TracedOptions | undefined;
  readonly getTracer: GetTracer;
}

/**
 * Creates {@link TraceApi.traced}.
 *
 * @param getTracer returns the tracer of the facade
 */
export function createTraced(getTracer: GetTracer): Traced {
  return function traced(...args: readonly unknown[]): unknown {
    // `@trace.traced` without parentheses: the first argument is the method.
    if (isDecoratorCall(args)) return decorate(args, { name: undefined, options: undefined, getTracer });
    const settings = { ...readSettings(args), getTracer };
    return (...decoratorArgs: DecoratorArguments): unknown => decorate(decoratorArgs, settings);
  } as Traced;
}

/** Reads `(name, options)` or `(options)`. */
function readSettings([first, second]: readonly unknown[]): Omit<Settings, 'getTracer'> {
  if (typeof first === 'object' && first !== null) {
    if (second !== undefined) reportArgument('trace.traced', 'the options once', second);
    return { name: undefined, options: first as TracedOptions };
  }
  const hasName = first !== undefined && first !== null;
  if (hasName && typeof first !== 'string') reportArgument('trace.traced', 'a name or options', first);
  return {
    name: typeof first === 'string' ? first : undefined,
    options: second as TracedOptions | undefined,
  };
}

/** Returns the traced method, or undefined, which leaves anything but a method unchanged. */
function decorate([target, context, descriptor]: DecoratorArguments, settings: Settings): unknown {
  if (isStandardContext(context)) {
    if (context.kind === 'method' && typeof target === 'function') {
      return traceMethod(target as AnyFunction, context.name, settings);
    }
    return reportNotAMethod(`the ${context.kind} ${String(context.name)}`);
  }
  const key = context as string | symbol;
  if (typeof descriptor?.value === 'function') {
    return { ...descriptor, value: traceMethod(descriptor.value as AnyFunction, key, settings) };
  }
  return reportNotAMethod(key === undefined ? 'a class' : `the member ${String(key)}`);
}

function traceMethod(method: AnyFunction, key: string | symbol, settings: Settings): AnyFunction {
  const { name, options, getTracer } = settings;
  return traceFunction(createNameOf(name, key), method, options, getTracer);
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
export function isDecoratorCall(args: readonly unknown[]): args is DecoratorArguments {
  const [first, second] = args;
  if (isStandardContext(second)) return true;
  // A class in the legacy form. A function without a prototype was meant as the name or the options.
  if (args.length === 1) return typeof first === 'function' && hasPrototype(first);
  const isKey = typeof second === 'string' || typeof second === 'symbol';
  return isKey && (typeof first === 'function' || (typeof first === 'object' && first !== null));
}

function hasPrototype(fn: object): boolean {
  try {
    return Object.hasOwn(fn, 'prototype');
  } catch {
    // A revoked proxy.
    return false;
  }
}

/** Creates the function that returns the span name of a call: `Class.method` without a name. */
function createNameOf(name: string | undefined, key: string | symbol): NameOf {
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

/** Whether a value is the context of a standard decorator. Never throws. */
function isStandardContext(context: unknown): context is { kind: string; name: string | symbol } {
  try {
    return (
      typeof context === 'object' &&
      context !== null &&
      typeof (context as { kind?: unknown }).kind === 'string' &&
      // Span options may also have a kind, but no name.
      'name' in context
    );
  } catch {
    // Options with a getter that throws, or a revoked proxy.
    return false;
  }
}
