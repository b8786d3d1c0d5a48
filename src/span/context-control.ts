// Context in the user's hands: bind, detached, suppress; and the per-trace verdicts keep and drop.

import { trace as apiTrace } from '@opentelemetry/api';
import { suppressTracing } from '../core/suppression.js';
import { globalState } from '../core/global-state.js';
import { ids } from './active-span.js';
import { requireFunction } from './require-function.js';
import type { AnyFunction } from './types.js';
import { getActiveTracer } from './active-tracer.js';
import { copyFunctionProperties } from './wrap.js';

/** Implements {@link Trace.bind}. */
export function bind<F extends AnyFunction>(fn: F): F {
  if (!requireFunction(fn, 'trace.bind')) return fn;
  const way = getActiveTracer();
  if (way === undefined) return fn;
  const context = way.contextManager.active();
  function bound(this: unknown, ...args: unknown[]): unknown {
    // Looked up again at the call: after shutdown the function still runs, only without a context.
    const now = getActiveTracer();
    const called = new.target;
    const call = (): unknown =>
      called === undefined
        ? Reflect.apply(fn, this, args)
        : Reflect.construct(fn, args, called === bound ? fn : called);
    return now === undefined ? call() : now.contextManager.with(context, call);
  }
  return copyFunctionProperties(bound, fn);
}

/** Implements {@link Trace.detached}. */
export function detached<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.detached')) return undefined as T;
  const way = getActiveTracer();
  if (way === undefined) return fn();
  return way.contextManager.with(apiTrace.deleteSpan(way.contextManager.active()), fn);
}

/** Implements {@link Trace.suppress}. */
export function suppress<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.suppress')) return undefined as T;
  const way = getActiveTracer();
  if (way === undefined) return fn();
  return way.contextManager.with(suppressTracing(way.contextManager.active()), fn);
}

/** Implements {@link Trace.keep}. */
export function keep(): void {
  force('keep');
}

/** Implements {@link Trace.drop}. */
export function drop(): void {
  force('drop');
}

function force(decision: 'keep' | 'drop'): void {
  const active = ids();
  if (active !== undefined) globalState.lifecycle?.overrideSampling(active.traceId, decision);
}
