// The functions of the facade that control the context (bind, detached, suppress) and the export of a trace (keep, drop).

import { trace as apiTrace } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { suppressTracing } from '../core/suppression.js';
import { ids } from './active-span.js';
import { getActiveTracer } from './active-tracer.js';
import { requireFunction } from './require-function.js';
import type { AnyFunction } from './types.js';
import { copyFunctionProperties } from './wrap.js';

/** Implements {@link Trace.bind}. */
export function bind<F extends AnyFunction>(fn: F): F {
  if (!requireFunction(fn, 'trace.bind')) return fn;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn;
  const context = tracer.contextManager.active();
  function bound(this: unknown, ...args: unknown[]): unknown {
    // Looked up again for each call: after shutdown the function still runs, without a context.
    const currentTracer = getActiveTracer();
    const newTarget = new.target;
    const call = (): unknown =>
      newTarget === undefined
        ? Reflect.apply(fn, this, args)
        : Reflect.construct(fn, args, newTarget === bound ? fn : newTarget);
    return currentTracer === undefined ? call() : currentTracer.contextManager.with(context, call);
  }
  return copyFunctionProperties(bound, fn);
}

/** Implements {@link Trace.detached}. */
export function detached<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.detached')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  return tracer.contextManager.with(apiTrace.deleteSpan(tracer.contextManager.active()), fn);
}

/** Implements {@link Trace.suppress}. */
export function suppress<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.suppress')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  return tracer.contextManager.with(suppressTracing(tracer.contextManager.active()), fn);
}

/** Implements {@link Trace.keep}. */
export function keep(): void {
  overrideSampling('keep');
}

/** Implements {@link Trace.drop}. */
export function drop(): void {
  overrideSampling('drop');
}

function overrideSampling(decision: 'keep' | 'drop'): void {
  const activeIds = ids();
  if (activeIds !== undefined) globalState.lifecycle?.overrideSampling(activeIds.traceId, decision);
}
