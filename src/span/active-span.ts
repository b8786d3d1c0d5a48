// The functions of the facade that read or change the active span. Without an active span they do nothing.

import { type Attributes, type AttributeValue, type Span, trace as apiTrace } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { normaliseAttributes } from '../spans/attributes.js';
import { isSampled } from '../spans/trace-flags.js';
import { getActiveTracer } from './active-tracer.js';
import { getForeignLocalRoot } from './foreign-local-root.js';
import { nextStartOrder, recordFailure } from './record-failure.js';
import type { ActiveIds } from './types.js';

/** Implements {@link Trace.getActiveSpan}. */
export function getActiveSpan(): Span | undefined {
  const tracer = getActiveTracer();
  return tracer === undefined ? undefined : apiTrace.getSpan(tracer.contextManager.active());
}

/** Implements {@link Trace.getRootSpan}. */
export function getRootSpan(): Span | undefined {
  const tracer = getActiveTracer();
  const activeSpan = tracer && apiTrace.getSpan(tracer.contextManager.active());
  if (tracer === undefined || activeSpan === undefined) return undefined;
  return (
    globalState.lifecycle?.getLocalRoot(activeSpan) ??
    getForeignLocalRoot(tracer.contextManager.active(), activeSpan)
  );
}

/** Implements {@link Trace.setAttribute}. */
export function setAttribute(key: string, value: AttributeValue): void {
  setAttributes({ [key]: value });
}

/** Implements {@link Trace.setAttributes}. */
export function setAttributes(attributes: Attributes): void {
  const span = getActiveSpan();
  if (span === undefined) return;
  guarded('setting attributes', () => void span.setAttributes(normaliseAttributes(attributes)), undefined);
}

/** Implements {@link Trace.addEvent}. */
export function addEvent(name: string, attributes?: Attributes): void {
  const span = getActiveSpan();
  if (span === undefined) return;
  const normalised = attributes === undefined ? undefined : normaliseAttributes(attributes);
  guarded('adding an event', () => void span.addEvent(name, normalised), undefined);
}

/** Implements {@link Trace.recordError}. */
export function recordError(error: unknown): void {
  const span = getActiveSpan();
  if (span !== undefined) recordFailure(span, error, nextStartOrder());
}

/** Implements {@link Trace.ids}. */
export function ids(): ActiveIds | undefined {
  const span = getActiveSpan();
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, sampled: isSampled({ traceFlags }) };
}

/** Implements {@link Trace.url}. */
export function url(): string | undefined {
  const activeIds = ids();
  return activeIds === undefined ? undefined : globalState.lifecycle?.url(activeIds);
}
