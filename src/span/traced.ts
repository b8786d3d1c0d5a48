// trace.traced: the decorator, in the standard form and in TypeScript's legacy form.

import { slot } from '../core/slot.js';
import type { AnyFunction, SpanOptions, TracedDecorator } from './types.js';
import { tracedFunction } from './wrap.js';

/** Implements {@link Trace.traced}. */
export function traced(name?: string, options?: SpanOptions): TracedDecorator {
  function decorate(target: unknown, context: unknown, descriptor?: PropertyDescriptor): unknown {
    if (isStandardContext(context)) {
      return tracedFunction(nameFrom(name, context.name), target as AnyFunction, options);
    }
    if (typeof descriptor?.value === 'function') {
      const key = context as string | symbol;
      return { ...descriptor, value: tracedFunction(nameFrom(name, key), descriptor.value, options) };
    }
    slot.diagnostics.once(
      'traced:target',
      'error',
      'trace.traced() decorates methods only; nothing is traced here',
    );
    return undefined;
  }
  return decorate as TracedDecorator;
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

function isStandardContext(context: unknown): context is { kind: 'method'; name: string | symbol } {
  return typeof context === 'object' && context !== null && (context as { kind?: unknown }).kind === 'method';
}
