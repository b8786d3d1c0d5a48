// Manual spans: started without becoming active, ended by the caller or by `using`.

import type { Span } from '@opentelemetry/api';
import { begin, parentContext } from './start-span.js';
import { forwarding } from './forward.js';
import { isRunnable } from './require-function.js';
import { NO_SPAN } from './no-span.js';
import { endSpan } from './open-span.js';
import type { SpanOptions } from './types.js';
import { activeTracer } from './active-tracer.js';

/** Implements {@link Trace.startSpan}. */
export function startSpan(name: string, options?: SpanOptions): Span & Disposable {
  const way = activeTracer();
  if (way === undefined) return NO_SPAN;
  return disposable(begin(way, name, options, parentContext(way.contextManager.active(), options)));
}

/** Implements {@link Trace.withSpan}. */
export function withSpan<T>(span: Span, fn: () => T): T {
  if (!isRunnable(fn, 'trace.withSpan')) return undefined as T;
  const way = activeTracer();
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
  return forwarding(span, { [Symbol.dispose]: dispose }) as Span & Disposable;
}

function isSpan(value: unknown): value is Span {
  return typeof (value as Partial<Span> | undefined)?.spanContext === 'function';
}
