// Manual spans: started without becoming active, ended by the caller or by `using`.

import type { Span } from '@opentelemetry/api';
import { startSpanOn, resolveParentContext } from './start-span.js';
import { createForwardingProxy } from './forwarding-proxy.js';
import { requireFunction } from './require-function.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import type { SpanOptions } from './types.js';
import { getActiveTracer } from './active-tracer.js';

/** Implements {@link Trace.startSpan}. */
export function startSpan(name: string, options?: SpanOptions): Span & Disposable {
  const way = getActiveTracer();
  if (way === undefined) return NOOP_SPAN;
  return disposable(startSpanOn(way, name, options, resolveParentContext(way.contextManager.active(), options)));
}

/** Implements {@link Trace.withSpan}. */
export function withSpan<T>(span: Span, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withSpan')) return undefined as T;
  const way = getActiveTracer();
  if (way === undefined || !isSpan(span)) return fn();
  return way.contextManager.with(way.setSpan(way.contextManager.active(), span), fn);
}

function disposable(span: Span): Span & Disposable {
  if (Symbol.dispose in span) return span as Span & Disposable;
  const dispose = (): void => endSpan(span);
  if (Object.isExtensible(span)) {
    return Object.defineProperty(span, Symbol.dispose, { value: dispose, configurable: true }) as Span &
      Disposable;
  }
  // A sealed span of a foreign provider's: an object in front of it has what cannot be added.
  return createForwardingProxy(span, { [Symbol.dispose]: dispose }) as Span & Disposable;
}

function isSpan(value: unknown): value is Span {
  return typeof (value as Partial<Span> | undefined)?.spanContext === 'function';
}
