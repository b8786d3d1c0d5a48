// The active span and what may be said of it from anywhere; without one, every verb is a no-op.

import {
  type Attributes,
  type AttributeValue,
  type Span,
  TraceFlags,
  trace as apiTrace,
} from '@opentelemetry/api';
import { normaliseAttributes } from '../spans/attributes.js';
import { guarded } from '../core/guard.js';
import { globalState } from '../core/global-state.js';
import { nextStartOrder, recordFailure } from './record-failure.js';
import { getForeignLocalRoot } from './foreign-local-root.js';
import type { ActiveIds } from './types.js';
import { getActiveTracer } from './active-tracer.js';

/** Implements {@link Trace.getActiveSpan}. */
export function getActiveSpan(): Span | undefined {
  const way = getActiveTracer();
  return way === undefined ? undefined : apiTrace.getSpan(way.contextManager.active());
}

/** Implements {@link Trace.getRootSpan}. */
export function getRootSpan(): Span | undefined {
  const way = getActiveTracer();
  const active = way && apiTrace.getSpan(way.contextManager.active());
  if (way === undefined || active === undefined) return undefined;
  return globalState.lifecycle?.rootOf(active) ?? getForeignLocalRoot(way.contextManager.active(), active);
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
  const safe = attributes === undefined ? undefined : normaliseAttributes(attributes);
  guarded('adding an event', () => void span.addEvent(name, safe), undefined);
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
  return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}

/** Implements {@link Trace.url}. */
export function url(): string | undefined {
  const active = ids();
  return active === undefined ? undefined : globalState.lifecycle?.url(active);
}
