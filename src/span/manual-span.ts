// Manual spans: not active, and ended by the caller or by `using`.

import type { Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { type ActiveTracer, getActiveTracer } from './active-tracer.js';
import { createForwardingProxy } from './forwarding-proxy.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import { requireFunction } from './require-function.js';
import { isSpan, resolveParentContext } from './parent-context.js';
import { reportArgument } from './report-input.js';
import { startSpanOn } from './start-span.js';
import type { SpanOptions } from './types.js';

/**
 * Implements {@link TraceApi.startSpan}.
 *
 * @param tracer the tracer of the facade, if there is one
 */
export function startManualSpan(
  tracer: ActiveTracer | undefined,
  name: string,
  options: SpanOptions | undefined,
): Span & Disposable {
  if (tracer === undefined) return NOOP_SPAN;
  const given = options ?? undefined;
  const parent = resolveParentContext(tracer, tracer.contextManager.active(), given);
  return makeDisposable(startSpanOn(tracer, name, given, parent));
}

/** Implements {@link TraceApi.withSpan}. */
export function withSpan<T>(span: Span, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withSpan')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  const { contextManager } = tracer;
  const active = contextManager.active();
  const context = guarded(
    'the span of trace.withSpan',
    () => (isSpan(span) ? tracer.setSpan(active, span) : undefined),
    undefined,
  );
  if (context === undefined) {
    reportArgument('trace.withSpan', 'a span', span);
    return fn();
  }
  return contextManager.with(context, fn);
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
