// trace.span: the hot path of the facade. It starts a span, activates it, calls the function and handles its result.

import type { Span } from '@opentelemetry/api';
import { getActiveTracer } from './active-tracer.js';
import { endWhenSettled } from './end-when-settled.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import { readIsErrorOption } from './read-options.js';
import { nextStartOrder, recordFailure } from './record-failure.js';
import { requireFunction } from './require-function.js';
import { resolveParentContext, startSpanOn } from './start-span.js';
import type { SpanOptions } from './types.js';

/** Implements {@link Trace.span}. */
export function span<T>(name: string, fn: (span: Span) => T): T;
export function span<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
export function span<T>(
  name: string,
  second: SpanOptions | ((span: Span) => T),
  third?: (span: Span) => T,
): T {
  // No rest parameters, because an arguments array would be one more object per span.
  if (typeof second === 'function') return runInSpan(name, undefined, second);
  if (typeof third === 'function') return runInSpan(name, second ?? undefined, third);
  requireFunction(undefined, `trace.span('${String(name)}')`);
  return undefined as T;
}

/**
 * Runs a function in a new active span.
 *
 * @param name the name of the span
 * @param options the options, if there are any
 * @param fn the function
 * @returns the result of the function
 * @throws the error of the function
 */
export function runInSpan<T>(name: string, options: SpanOptions | undefined, fn: (span: Span) => T): T {
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn(NOOP_SPAN);
  const parent = resolveParentContext(tracer.contextManager.active(), options);
  const started = startSpanOn(tracer, name, options, parent);
  const context = tracer.setSpan(parent, started);
  const order = nextStartOrder();
  let result: T;
  try {
    result = tracer.contextManager.with(context, fn, undefined, started);
  } catch (error) {
    recordFailure(started, error, order, readIsErrorOption(options));
    endSpan(started);
    throw error;
  }
  return endWhenSettled(result, started, order, context, tracer, options);
}
