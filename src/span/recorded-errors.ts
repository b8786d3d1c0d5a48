// Which spans have already told of an error, so that one that passes through several leaves one event.
//
// The innermost span tells it. A span around that one has started earlier, but so has a sibling that fails by the same
// error, a shared promise's for instance. So a telling also knows the spans around it by their ids, and grows with each
// span that the error passes:
//
//   P ─┬─ A ── a        told in b: around = b, B, P;  a hangs on A, and A on P, but neither is among them:
//      └─ B ── b        so b is not inside a, and a tells it, too
//
// Only failing spans pay for this. Contexts keep no chain of spans, which would hold on to ended ones; so a span knows
// its parent and, while that one is active, its parent's parent. What is further away is judged by the start alone.

import { context as apiContext, type Span, type SpanContext, trace as apiTrace } from '@opentelemetry/api';
import { globalState, type RecordedError } from '../core/global-state.js';
import { getActiveTracer } from './active-tracer.js';

/** How many tellings of one error are kept, and how many of primitives in all. */
const MAX_TELLINGS = 16;

const { objects, primitives } = globalState.errors;

/**
 * Says whether a span inside this one already recorded this very error.
 *
 * @param error what was thrown
 * @param span the span that fails now
 * @param order its start order
 */
export function wasRecorded(error: unknown, span: Span, order: number): boolean {
  const tellings = tellingsOf(error);
  if (tellings.length === 0) return false;
  const { traceId, spanId } = span.spanContext();
  const inside = tellings.filter(telling => telling.traceId === traceId && telling.order > order);
  if (inside.length === 0) return false;
  const [, ...above] = lineage(span);
  const told = inside.find(
    ({ enclosingIds }) => enclosingIds.has(spanId) || !above.some(ancestor => enclosingIds.has(ancestor)),
  );
  if (told === undefined) return false;
  for (const id of [spanId, ...above]) told.enclosingIds.add(id);
  return true;
}

/** Remembers that the span with this start order recorded the error. */
export function markRecorded(error: unknown, span: Span, order: number): void {
  const { traceId } = span.spanContext();
  const telling: RecordedError = { traceId, order, enclosingIds: new Set(lineage(span)) };
  if (isObject(error)) {
    const others = tellingsOf(error).filter(other => other.traceId === traceId);
    objects.set(error, [...others.slice(1 - MAX_TELLINGS), telling]);
    return;
  }
  primitives.push({ value: error, record: telling });
  if (primitives.length > MAX_TELLINGS) primitives.shift();
}

function tellingsOf(error: unknown): readonly RecordedError[] {
  if (isObject(error)) return objects.get(error) ?? [];
  return primitives.filter(({ value }) => Object.is(value, error)).map(({ record }) => record);
}

/** The ids of a span, its parent and its parent's parent, as far as they can be known. */
function lineage(span: Span): string[] {
  const own = span.spanContext().spanId;
  const parent = parentOf(span);
  if (parent === undefined) return [own];
  // A failure is seen where the span was started, and there the parent is active.
  const active = apiTrace.getSpan((getActiveTracer()?.contextManager ?? apiContext).active());
  const above = active?.spanContext().spanId === parent ? parentOf(active) : undefined;
  return above === undefined ? [own, parent] : [own, parent, above];
}

/** The parent's id, which the API does not tell but the SDK's spans do: under this name, and under the other before 2.0. */
function parentOf(span: Span): string | undefined {
  const { parentSpanContext, parentSpanId } = span as Partial<{
    readonly parentSpanContext: SpanContext;
    readonly parentSpanId: string;
  }>;
  return parentSpanContext?.spanId ?? parentSpanId;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
