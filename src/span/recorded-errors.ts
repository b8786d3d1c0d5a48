// The spans that have recorded an error, so that an error that passes through several spans leaves one event.
//
// The innermost span records the event. The spans around it started earlier, but so did a sibling that fails with the same
// error, for instance that of a shared promise. A record therefore also has the ids of the enclosing spans, and gets
// further ids from each span that the error passes:
//
//   P ─┬─ A ── a        record of b: enclosing ids b, B, P. The parents of a are A and P; A is not among the ids,
//      └─ B ── b        so b is not inside a, and a records the error, too.
//
// Only failing spans pay for this. A context keeps no chain of spans, because that would keep ended spans alive. A span
// knows its parent and, while the parent is active, the parent of the parent. For spans further up, the start order decides.
//
// A record also stores that `isError` has returned false. This holds for the error object, so also for the span around a new
// trace. The ids of another trace are of no use for it, and the start order decides.

import { context as apiContext, type Span, type SpanContext, trace as apiTrace } from '@opentelemetry/api';
import { globalState, type RecordedError } from '../core/global-state.js';
import { getActiveTracer } from './active-tracer.js';

/** The maximum number of records of one error object, and of records of all primitive values. */
const MAX_RECORDS = 16;

const { objects, primitives } = globalState.errors;

/**
 * Returns the record of this error by a span inside this one.
 *
 * @param error the thrown value
 * @param span the span that fails
 * @param order the start order of the span
 */
export function findInnerRecord(error: unknown, span: Span, order: number): RecordedError | undefined {
  const records = findRecords(error);
  if (records.length === 0) return undefined;
  const { traceId, spanId } = span.spanContext();
  const later = records.filter(record => record.order > order);
  const candidates = later.filter(record => record.traceId === traceId);
  const [, ...ancestors] = candidates.length === 0 ? [] : getLineage(span);
  const inner = candidates.find(
    ({ enclosingIds }) => enclosingIds.has(spanId) || !ancestors.some(ancestor => enclosingIds.has(ancestor)),
  );
  for (const id of [spanId, ...ancestors]) inner?.enclosingIds.add(id);
  // A primitive value has no identity, so an equal value in another trace is another error.
  return (
    inner ??
    (isObject(error) ? later.find(record => record.isExpected && record.traceId !== traceId) : undefined)
  );
}

/**
 * Stores that a span has recorded an error, or that `isError` has returned false for it.
 *
 * @param error the thrown value
 * @param span the span
 * @param order the start order of the span
 * @param isExpected whether `isError` has returned false
 */
export function addRecord(error: unknown, span: Span, order: number, isExpected: boolean): void {
  const { traceId } = span.spanContext();
  const record: RecordedError = { traceId, order, enclosingIds: new Set(getLineage(span)), isExpected };
  if (isObject(error)) {
    const others = findRecords(error).filter(other => other.isExpected || other.traceId === traceId);
    objects.set(error, [...others.slice(1 - MAX_RECORDS), record]);
    return;
  }
  primitives.push({ value: error, record });
  if (primitives.length > MAX_RECORDS) primitives.shift();
}

function findRecords(error: unknown): readonly RecordedError[] {
  if (isObject(error)) return objects.get(error) ?? [];
  return primitives.filter(({ value }) => Object.is(value, error)).map(({ record }) => record);
}

/** Returns the ids of a span, of its parent and of the parent's parent, as far as they are known. */
function getLineage(span: Span): string[] {
  const { spanId } = span.spanContext();
  const parentId = getParentId(span);
  if (parentId === undefined) return [spanId];
  // A failure is recorded in the context in which the span started, where the parent is active.
  const active = apiTrace.getSpan((getActiveTracer()?.contextManager ?? apiContext).active());
  const grandparentId = active?.spanContext().spanId === parentId ? getParentId(active) : undefined;
  return grandparentId === undefined ? [spanId, parentId] : [spanId, parentId, grandparentId];
}

/** Reads the id of the parent. Only spans of the SDK have it: in this field, and before version 2.0 in the other. */
function getParentId(span: Span): string | undefined {
  const { parentSpanContext, parentSpanId } = span as Partial<{
    readonly parentSpanContext: SpanContext;
    readonly parentSpanId: string;
  }>;
  return parentSpanContext?.spanId ?? parentSpanId;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
