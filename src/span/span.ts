// trace.span: the hot path of the facade. One span, one context, the user's function, and what came of it.

import type { Span } from '@opentelemetry/api';
import { startSpanOn, resolveParentContext } from './start-span.js';
import { nextStartOrder, recordFailure } from './record-failure.js';
import { requireFunction } from './require-function.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import { readIsErrorOption } from './read-options.js';
import { endWhenSettled } from './end-when-settled.js';
import type { SpanOptions } from './types.js';
import { getActiveTracer } from './active-tracer.js';

/** Implements {@link Trace.span}. */
export function span<T>(name: string, fn: (span: Span) => T): T;
export function span<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
export function span<T>(
  name: string,
  second: SpanOptions | ((span: Span) => T),
  third?: (span: Span) => T,
): T {
  // Two call forms, told apart without rest parameters: an arguments array would be one more object per span.
  if (typeof second === 'function') return runInSpan(name, undefined, second);
  if (typeof third === 'function') return runInSpan(name, second ?? undefined, third);
  requireFunction(undefined, `trace.span('${String(name)}')`);
  return undefined as T;
}

/**
 * Runs fn in a new active span.
 *
 * @param name the span's name
 * @param options the options, if any were given
 * @param fn the user's work
 */
export function runInSpan<T>(name: string, options: SpanOptions | undefined, fn: (span: Span) => T): T {
  const way = getActiveTracer();
  if (way === undefined) return fn(NOOP_SPAN);
  const parent = resolveParentContext(way.contextManager.active(), options);
  const started = startSpanOn(way, name, options, parent);
  const context = way.setSpan(parent, started);
  const order = nextStartOrder();
  let result: T;
  try {
    result = way.contextManager.with(context, fn, undefined, started);
  } catch (error) {
    recordFailure(started, error, order, readIsErrorOption(options));
    endSpan(started);
    throw error;
  }
  return endWhenSettled(result, started, order, context, way, options);
}
