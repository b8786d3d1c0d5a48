// Manual spans: not active, and ended by the caller or by `using`.

import type { Span } from '@opentelemetry/api';
import { getActiveTracer } from './active-tracer.js';
import { createForwardingProxy } from './forwarding-proxy.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import { requireFunction } from './require-function.js';
import { resolveParentContext, startSpanOn } from './start-span.js';
import type { SpanOptions } from './types.js';

/** Implements {@link Trace.startSpan}. */
export function startSpan(name: string, options?: SpanOptions): Span & Disposable {
  const tracer = getActiveTracer();
  if (tracer === undefined) return NOOP_SPAN;
  const parent = resolveParentContext(tracer.contextManager.active(), options);
  return makeDisposable(startSpanOn(tracer, name, options, parent));
}

/** Implements {@link Trace.withSpan}. */
export function withSpan<T>(span: Span, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withSpan')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined || !isSpan(span)) return fn();
  return tracer.contextManager.with(tracer.setSpan(tracer.contextManager.active(), span), fn);
}

function makeDisposable(span: Span): Span & Disposable {
  if (Symbol.dispose in span) return span as Span & Disposable;
  const dispose = (): void => endSpan(span);
  if (Object.isExtensible(span)) {
    return Object.defineProperty(span, Symbol.dispose, { value: dispose, configurable: true }) as Span &
      Disposable;
  }
  // A property cannot be added to a sealed span of a foreign provider, so a proxy has it.
  return createForwardingProxy(span, { [Symbol.dispose]: dispose }) as Span & Disposable;
}

function isSpan(value: unknown): value is Span {
  return typeof (value as Partial<Span> | undefined)?.spanContext === 'function';
}
