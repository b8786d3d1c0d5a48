// trace.span: the hot path of the facade. One span, one context, the user's function, and what came of it.

import type { Span } from '@opentelemetry/api';
import { begin, parentContext } from './start-span.js';
import { nextOrder, recordFailure } from './record-failure.js';
import { isRunnable } from './require-function.js';
import { NO_SPAN } from './no-span.js';
import { endSpan } from './open-span.js';
import { isErrorOf } from './options.js';
import { settle } from './end-when-settled.js';
import type { SpanOptions } from './types.js';
import { activeTracer } from './active-tracer.js';

/** Implements {@link Trace.span}. */
export function span<T>(name: string, fn: (span: Span) => T): T;
export function span<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
export function span<T>(
  name: string,
  second: SpanOptions | ((span: Span) => T),
  third?: (span: Span) => T,
): T {
  // Two call forms, told apart without rest parameters: an arguments array would be one more object per span.
  if (typeof second === 'function') return runSpan(name, undefined, second);
  if (typeof third === 'function') return runSpan(name, second ?? undefined, third);
  isRunnable(undefined, `trace.span('${String(name)}')`);
  return undefined as T;
}

/**
 * Runs fn in a new active span.
 *
 * @param name the span's name
 * @param options the options, if any were given
 * @param fn the user's work
 */
export function runSpan<T>(name: string, options: SpanOptions | undefined, fn: (span: Span) => T): T {
  const way = activeTracer();
  if (way === undefined) return fn(NO_SPAN);
  const parent = parentContext(way.contextManager.active(), options);
  const started = begin(way, name, options, parent);
  const context = way.setSpan(parent, started);
  const order = nextOrder();
  let result: T;
  try {
    result = way.contextManager.with(context, fn, undefined, started);
  } catch (error) {
    recordFailure(started, error, order, isErrorOf(options));
    endSpan(started);
    throw error;
  }
  return settle(result, started, order, context, way, options);
}
