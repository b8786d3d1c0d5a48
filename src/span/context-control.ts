// The functions of the facade that control the context: withAttributes, detached, suppress.

import { type Attributes, trace as apiTrace } from '@opentelemetry/api';
import { addContextAttributes } from '../context/index.js';
import { suppressTracing } from '../core/suppression.js';
import { defineAttribute, forEachAttribute, normaliseAttributeValue } from '../spans/attributes.js';
import { parseNested } from '../spans/nested-attributes.js';
import { getActiveTracer } from './active-tracer.js';
import { reportDroppedAttribute } from './report-input.js';
import { requireFunction } from './require-function.js';
import { readAttributesOf } from './set-attributes.js';
import type { AttributesInput } from './types.js';

/** Implements {@link TraceApi.withAttributes}. */
export function withAttributes<T>(attributes: AttributesInput, fn: () => T): T {
  if (!requireFunction(fn, 'trace.withAttributes')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  const given = readAttributesOf(attributes, 'trace.withAttributes');
  if (given === undefined) return fn();
  return tracer.contextManager.with(
    addContextAttributes(tracer.contextManager.active(), snapshot(given)),
    fn,
  );
}

/** Implements {@link TraceApi.detached}. */
export function detached<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.detached')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  return tracer.contextManager.with(apiTrace.deleteSpan(tracer.contextManager.active()), fn);
}

/** Implements {@link TraceApi.suppress}. */
export function suppress<T>(fn: () => T): T {
  if (!requireFunction(fn, 'trace.suppress')) return undefined as T;
  const tracer = getActiveTracer();
  if (tracer === undefined) return fn();
  return tracer.contextManager.with(suppressTracing(tracer.contextManager.active()), fn);
}

/** Copies attributes into plain data, because every span reads them and the application may change its objects. */
function snapshot(attributes: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  const add = (key: string, given: unknown): void => {
    const value = normaliseAttributeValue(given);
    const isJson = typeof given === 'object' && typeof value === 'string' && /^[[{]/.test(value);
    // OTLP has nested values, so an object remains an object.
    if (value !== undefined)
      defineAttribute(copy as Attributes, key, isJson ? (parseNested(value) as string) : value);
    else if (given !== undefined && given !== null) reportDroppedAttribute(key);
  };
  forEachAttribute(attributes, add, reportDroppedAttribute);
  return copy;
}
