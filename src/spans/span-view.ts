// An ended span seen differently: with other attributes, another name, fewer events. The span itself is never changed,
// since whoever made it may still look at it.

import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { nestedKeys, rememberNested } from './nested-attributes.js';

/** What may differ from the span behind the view. */
export type SpanChanges = Partial<Omit<ReadableSpan, 'spanContext'>> & {
  /** What `spanContext()` answers. */
  readonly context?: SpanContext;
};

/**
 * A plain object with all fields of a span but those given. Spread and `Object.create` do not do: a span's fields are
 * getters over private state.
 *
 * @param span the ended span, or another view
 * @param changes the fields that differ
 */
export function viewOf(span: ReadableSpan, changes: SpanChanges): ReadableSpan {
  const { context: spanContext = span.spanContext(), ...fields } = changes;
  const { parentSpanContext } = span;
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => spanContext,
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    ...fields,
  };
}

/**
 * A copy of a record that keeps which of its texts stand for objects.
 *
 * @param attributes the record
 */
export function copyAttributes(attributes: Attributes): Attributes {
  const copy = { ...attributes };
  // An object in place of what the application set: all that is looked at is that it was one.
  for (const key of nestedKeys(attributes) ?? [])
    rememberNested(copy, key, attributes, attributes[key] ?? '');
  return copy;
}
