// trace.bind: functions and event emitters that run in the context of the call to bind.

import type { Context } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { getActiveTracer } from './active-tracer.js';
import { copyFunctionProperties, createClassProxy, isClass } from './function-properties.js';
import { isObject } from './report-input.js';
import { requireFunction } from './require-function.js';
import type { AnyFunction, EmitterLike } from './types.js';

type Callback = (...args: unknown[]) => unknown;

/** Bound emitters, with the context of the latest call to bind. */
const emitterContexts = new WeakMap<object, Context>();

/** Implements {@link TraceApi.bind}. */
export function bind<T extends AnyFunction | EmitterLike>(target: T): T {
  const isEmitter = guarded('the target of trace.bind', () => isEventEmitter(target), false);
  if (!isEmitter && !requireFunction(target, 'trace.bind', 'a function or an event emitter')) return target;
  const tracer = getActiveTracer();
  if (tracer === undefined) return target;
  const context = tracer.contextManager.active();
  if (isEmitter) bindEmitter(target as EmitterLike, context);
  return isEmitter ? target : (bindFunction(target as AnyFunction, context) as T);
}

function bindFunction<F extends AnyFunction>(fn: F, context: Context): F {
  const callback = fn as AnyFunction as Callback;
  const construct = (args: unknown[], newTarget: object): object =>
    runIn(context, () => Reflect.construct(callback, args, newTarget as Callback) as object);
  if (isClass(fn)) return createClassProxy(fn, construct);
  function bound(this: unknown, ...args: unknown[]): unknown {
    if (new.target !== undefined) return construct(args, new.target === bound ? fn : new.target);
    return runIn(context, () => Reflect.apply(callback, this, args));
  }
  return copyFunctionProperties(bound, fn);
}

/**
 * Replaces `emit`, so that all listeners run in the context, whether they are added before or after this call. The listeners
 * themselves remain unchanged, so that `listeners()` and `off()` work as before.
 */
function bindEmitter(emitter: EmitterLike, context: Context): void {
  const isBound = emitterContexts.has(emitter);
  emitterContexts.set(emitter, context);
  if (isBound) return;
  const original = emitter.emit as Callback;
  function emit(this: unknown, ...args: unknown[]): unknown {
    return runIn(emitterContexts.get(emitter) ?? context, () => Reflect.apply(original, this, args));
  }
  const property = { value: emit, writable: true, configurable: true, enumerable: false };
  if (guarded('binding an event emitter', () => Reflect.defineProperty(emitter, 'emit', property), false))
    return;
  emitterContexts.delete(emitter);
  globalState.diagnostics.reportOnce('bind:emitter', 'warn', {
    code: 'argument_ignored',
    message: 'trace.bind cannot bind a frozen event emitter, and its listeners run in the context of emit()',
    fix: 'Bind each listener with trace.bind().',
    source: 'trace.bind',
  });
}

/** The tracer is looked up for each call: after shutdown the function still runs, without a context. */
function runIn<T>(context: Context, call: () => T): T {
  const tracer = getActiveTracer();
  return tracer === undefined ? call() : tracer.contextManager.with(context, call);
}

/** Whether an object has the methods of Node's `EventEmitter`. A getter may throw. */
function isEventEmitter(target: unknown): target is EmitterLike {
  if (!isObject(target)) return false;
  const { on, emit } = target as Partial<EmitterLike>;
  return typeof on === 'function' && typeof emit === 'function';
}
