// trace.span: the hot path of the facade. It starts a span, activates it, calls the function and handles its result.

import type { Span } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import { type ActiveTracer, getActiveTracer, type GetTracer } from './active-tracer.js';
import { endWhenSettled, type OnResult } from './end-when-settled.js';
import { NOOP_SPAN } from './noop-span.js';
import { endSpan } from './open-span.js';
import { readIsErrorOption } from './read-options.js';
import { nextStartOrder, recordFailure } from './record-failure.js';
import { requireFunction } from './require-function.js';
import { resolveParentContext } from './parent-context.js';
import { startSpanOn } from './start-span.js';
import type { TraceApi } from './trace-api.js';
import type { SpanOptions } from './types.js';

/**
 * Creates {@link TraceApi.span}.
 *
 * @param getTracer returns the tracer of the facade
 */
export function createSpanFunction(getTracer: GetTracer): TraceApi['span'] {
  return function span<T>(
    name: string,
    second: SpanOptions | undefined | ((span: Span) => T),
    third?: (span: Span) => T,
  ): T {
    // No rest parameters, because an arguments array would be one more object per span.
    if (typeof second === 'function') return runInSpanOn(getTracer(), name, undefined, second);
    if (typeof third === 'function') return runInSpanOn(getTracer(), name, second ?? undefined, third);
    requireFunction(third ?? second, `trace.span('${safeText(name)}')`);
    return undefined as T;
  };
}

/**
 * Runs a function in a new active span of the facade's own scope.
 *
 * @param name the name of the span
 * @param options the options, if there are any
 * @param fn the function
 * @returns the result of the function
 * @throws the error of the function
 */
export function runInSpan<T>(name: string, options: SpanOptions | undefined, fn: (span: Span) => T): T {
  return runInSpanOn(getActiveTracer(), name, options, fn);
}

/**
 * Runs a function in a new active span.
 *
 * @param tracer the tracer of the span, if there is one
 * @param name the name of the span
 * @param options the options, if there are any
 * @param fn the function
 * @param onResult receives the result before the span ends
 * @returns the result of the function
 * @throws the error of the function
 */
export function runInSpanOn<T>(
  tracer: ActiveTracer | undefined,
  name: string,
  options: SpanOptions | undefined,
  fn: (span: Span) => T,
  onResult?: OnResult,
): T {
  if (tracer === undefined) return fn(NOOP_SPAN);
  const active = tracer.contextManager.active();
  const parent = options === undefined ? active : resolveParentContext(tracer, active, options);
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
  return endWhenSettled(result, started, order, context, tracer, options, onResult);
}
