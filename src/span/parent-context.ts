// The context that holds the parent of a new span, from the options `root` and `parent`. Nothing throws.

import {
  type Context,
  INVALID_TRACEID,
  isSpanContextValid,
  type Span,
  type SpanContext,
  trace as apiTrace,
} from '@opentelemetry/api';
import {
  addContextAttributes,
  getContextAttributes,
  getSpan,
  isSuppressed,
  setParentSpan,
} from '../context/index.js';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { isSuppressedByApplication, suppressTracing } from '../core/suppression.js';
import { extract } from '../propagation/extract.js';
import type { ActiveTracer } from './active-tracer.js';
import { canCarryContext, holdsHeaders } from './remote-context.js';
import { isObject, reportOption } from './report-input.js';
import type { SpanOptions } from './types.js';

/**
 * Returns the context that holds the parent of a new span. Never throws.
 *
 * @param tracer the tracer of the span
 * @param active the active context
 * @param options the options, whose `root` and `parent` take precedence
 */
export function resolveParentContext(
  tracer: ActiveTracer,
  active: Context,
  options: SpanOptions | undefined,
): Context {
  if (options === undefined) return active;
  return guarded(
    'the option root or parent of a span',
    () => readParentContext(tracer, active, options),
    active,
  );
}

/** Whether a value is a span of any provider. A getter may throw. */
export function isSpan(value: unknown): value is Span {
  return isObject(value) && typeof (value as Partial<Span>).spanContext === 'function';
}

/** Whether a value is a context of any copy of the API. A getter may throw. */
export function isContext(value: unknown): value is Context {
  if (!isObject(value)) return false;
  const { getValue, setValue, deleteValue } = value as Partial<Context>;
  return (
    typeof getValue === 'function' && typeof setValue === 'function' && typeof deleteValue === 'function'
  );
}

/** Whether a value is the context of a span, valid or not. A getter may throw. */
export function isSpanContext(value: unknown): value is SpanContext {
  if (!isObject(value)) return false;
  const { traceId, spanId } = value as Partial<SpanContext>;
  return typeof traceId === 'string' && typeof spanId === 'string';
}

function readParentContext(tracer: ActiveTracer, active: Context, options: SpanOptions): Context {
  const { root, parent } = options;
  const hasParent = parent !== undefined && parent !== null;
  if (root === true || root === 'linked') {
    if (hasParent) reportConflict();
    return apiTrace.deleteSpan(active);
  }
  if (root !== undefined && root !== null && root !== false)
    reportOption('root', "true, false or 'linked'", root);
  if (!hasParent) return active;
  const context = toContext(tracer, active, parent);
  if (context !== undefined) return context;
  reportOption('parent', 'a span, a context, a span context or a carrier', parent);
  return active;
}

/** Converts a parent of any form. Returns undefined for a value that cannot be a parent. */
function toContext(tracer: ActiveTracer, active: Context, parent: unknown): Context | undefined {
  if (isContext(parent)) return inheritFrom(active, parent);
  if (isSpan(parent)) {
    if (!isSpanContextValid(parent.spanContext())) return withoutParent(active);
    return tracer.isForeign ? tracer.setSpan(active, parent) : setParentSpan(active, parent);
  }
  if (isSpanContext(parent)) {
    if (isSpanContextValid(parent)) return apiTrace.setSpanContext(active, parent);
    return parent.traceId === INVALID_TRACEID ? withoutParent(active) : undefined;
  }
  if (!canCarryContext(parent)) return undefined;
  const base = apiTrace.deleteSpan(active);
  const context = extract(parent, base);
  if (getSpan(context) !== undefined) return context;
  return holdsHeaders(parent) ? withoutParent(context) : undefined;
}

/** Applies `trace.withAttributes` and `trace.suppress` around the call to the given context. */
function inheritFrom(active: Context, given: Context): Context {
  const attributes = getContextAttributes(active);
  const context = attributes === undefined ? given : addContextAttributes(given, attributes);
  return isSuppressedByApplication(active) && !isSuppressed(context) ? suppressTracing(context) : context;
}

function withoutParent(context: Context): Context {
  globalState.diagnostics.reportOnce('parent-without-context', 'debug', {
    code: 'parent_without_context',
    message: 'the option parent of a span has no trace context, so the span starts a new trace',
    source: 'parent',
  });
  return apiTrace.deleteSpan(context);
}

function reportConflict(): void {
  globalState.diagnostics.reportOnce('span-options-conflict', 'warn', {
    code: 'span_options_conflict',
    message: 'a span has both options root and parent, and starts a new trace',
    fix: 'Remove root to continue the trace of the parent, or remove parent to start a new trace.',
    source: 'parent',
  });
}
