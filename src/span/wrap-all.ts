// trace.wrapAll: the methods of an object become traced methods.
//
// The methods of an instance are on the prototypes of its classes. Traced ones are set on the object itself, so that other
// instances are not changed.

import { EventEmitter } from 'node:events';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import type { GetTracer } from './active-tracer.js';
import { isClass } from './function-properties.js';
import { readAttributes } from './read-input.js';
import { isObject, reportArgument } from './report-input.js';
import type { TraceApi } from './trace-api.js';
import type { AnyFunction, WrapAllOptions } from './types.js';
import { traceFunction } from './wrap.js';

const CALL = 'trace.wrapAll';
/** Called by the language itself: `then` by `await`, the others by conversions. */
const NEVER_WRAPPED: readonly string[] = ['then', ...Object.getOwnPropertyNames(Object.prototype)];
/** The classes of `node:stream`. They are recognised by name, so that nothing is loaded for them. */
const STREAM_CLASSES: ReadonlySet<string> = new Set([
  'Stream',
  'Readable',
  'Writable',
  'Duplex',
  'Transform',
  'PassThrough',
]);
/** More than any class has. A proxy can have a new prototype each time. */
const MAX_PROTOTYPES = 100;

interface ReadOptions {
  readonly prefix: string;
  readonly only: ReadonlySet<unknown> | undefined;
  readonly skip: ReadonlySet<unknown> | undefined;
}

/** A method of an object and its property. */
type Methods = Map<string, PropertyDescriptor & { readonly value: AnyFunction }>;

/**
 * Creates {@link TraceApi.wrapAll}.
 *
 * @param getTracer returns the tracer of the facade
 */
export function createWrapAll(getTracer: GetTracer): TraceApi['wrapAll'] {
  return function wrapAll<T extends object>(target: T, options?: WrapAllOptions<T>): T {
    if (!isObject(target) && typeof target !== 'function') {
      reportArgument(CALL, 'an object or a class', target);
      return target;
    }
    guarded(CALL, () => wrapMethods(target, options, getTracer), undefined);
    return target;
  };
}

function wrapMethods(target: object, given: unknown, getTracer: GetTracer): void {
  const methods = findMethods(target);
  const { prefix, only, skip } = readOptions(target, given, methods);
  const failed: string[] = [];
  for (const [name, property] of methods) {
    if ((only !== undefined && !only.has(name)) || skip?.has(name)) continue;
    if (globalState.tracedFunctions.has(property.value)) continue;
    const value = traceFunction(() => `${prefix}${name}`, property.value, undefined, getTracer);
    if (!replaceMethod(target, name, property, value)) failed.push(name);
  }
  if (failed.length > 0) reportFailed(prefix, failed);
}

/** Returns the methods of an object and of its classes, the nearest of each name. Accessors are not read. */
function findMethods(target: object): Methods {
  const chain = getPrototypeChain(target);
  const excluded = new Set(NEVER_WRAPPED);
  for (const prototype of chain.filter(isPlatformPrototype)) {
    for (const name of Object.getOwnPropertyNames(prototype)) excluded.add(name);
  }
  const methods: Methods = new Map();
  for (const owner of chain) {
    if (isPlatformPrototype(owner)) continue;
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (excluded.has(name)) continue;
      // A property or an accessor of a subclass hides the method of its base class.
      excluded.add(name);
      const property = Object.getOwnPropertyDescriptor(owner, name);
      const value: unknown = property?.value;
      if (property !== undefined && typeof value === 'function' && !isClass(value)) {
        methods.set(name, property as PropertyDescriptor & { readonly value: AnyFunction });
      }
    }
  }
  return methods;
}

/** The object and its prototypes, without those of the language. */
function getPrototypeChain(target: object): object[] {
  const chain: object[] = [];
  let current: object | null = target;
  while (current !== null && current !== Object.prototype && current !== Function.prototype) {
    if (chain.length === MAX_PROTOTYPES) return chain;
    chain.push(current);
    current = Object.getPrototypeOf(current) as object | null;
  }
  return chain;
}

/** Whether a prototype is that of an event emitter, a stream or a class of the language. */
function isPlatformPrototype(prototype: object): boolean {
  const { EventTarget, ReadableStream, WritableStream, TransformStream } = globalThis;
  const known = [EventEmitter, EventTarget, ReadableStream, WritableStream, TransformStream];
  if (known.some(platformClass => platformClass?.prototype === prototype)) return true;
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor !== 'function' || constructor === prototype) return false;
  const name = getFunctionName(constructor);
  // Packages have their own `EventEmitter` and `Readable`.
  if (name === 'EventEmitter') return 'emit' in prototype && 'on' in prototype;
  if (STREAM_CLASSES.has(name)) return 'emit' in prototype && 'pipe' in prototype;
  return Function.prototype.toString.call(constructor).endsWith('{ [native code] }');
}

/** Replaces a method on the object. An inherited method becomes an own one that is not enumerable. */
function replaceMethod(
  target: object,
  name: string,
  property: PropertyDescriptor,
  value: AnyFunction,
): boolean {
  return Object.hasOwn(target, name)
    ? Reflect.defineProperty(target, name, { ...property, value })
    : Reflect.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

function readOptions(target: object, given: unknown, methods: Methods): ReadOptions {
  const isGiven = given !== undefined && given !== null;
  if (isGiven && readAttributes(given) === undefined) reportArgument(CALL, 'an object with options', given);
  const { prefix, only, skip, ...others } = guarded(
    'the options of trace.wrapAll',
    (): Record<string, unknown> => (isObject(given) ? { ...given } : {}),
    {},
  );
  for (const name of Object.keys(others)) reportArgument(CALL, 'the options prefix, only and skip', name);
  return {
    prefix: formatPrefix(prefix, target),
    only: readNames(only, 'only', methods),
    skip: readNames(skip, 'skip', methods),
  };
}

function readNames(given: unknown, option: string, methods: Methods): ReadonlySet<unknown> | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) {
    reportArgument(CALL, `a list of methods as the option ${option}`, given);
    return undefined;
  }
  for (const name of given) {
    if (!methods.has(name as string)) reportArgument(CALL, `names of methods in the option ${option}`, name);
  }
  return new Set(given);
}

function formatPrefix(prefix: unknown, target: object): string {
  if (typeof prefix === 'string') return prefix === '' ? '' : `${prefix}.`;
  if (prefix !== undefined && prefix !== null) reportArgument(CALL, 'text as the option prefix', prefix);
  const name = getClassName(target);
  return name === '' ? '' : `${name}.`;
}

/** The name of the class of an instance, a prototype or a class; empty for a plain object. */
function getClassName(target: object): string {
  if (typeof target === 'function') return getFunctionName(target);
  for (const owner of getPrototypeChain(target)) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(owner, 'constructor')?.value;
    // A method of the object may have the name `constructor`.
    if (typeof constructor === 'function' && constructor.prototype === owner)
      return getFunctionName(constructor);
  }
  return '';
}

function getFunctionName(fn: object): string {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, 'name')?.value;
  return typeof name === 'string' ? name : '';
}

function reportFailed(prefix: string, methods: readonly string[]): void {
  const names = methods.map(name => `${prefix}${name}`);
  globalState.diagnostics.reportOnce(`wrap-all:${prefix}`, 'warn', {
    code: 'methods_not_wrapped',
    message: `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''} cannot be replaced, and are not traced`,
    fix: 'Call trace.wrapAll() before the object is frozen or sealed.',
    source: CALL,
  });
}
