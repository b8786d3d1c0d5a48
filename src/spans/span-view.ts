// A view of an ended span with other attributes, another name, or fewer events. The span does not change.

import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { getNestedKeys, rememberNested } from './nested-attributes.js';

/** The fields of a view that differ from the span. */
export type SpanChanges = Partial<Omit<ReadableSpan, 'spanContext'>> & {
  /** The result of `spanContext()`. */
  readonly context?: SpanContext;
};

/**
 * Creates a plain object with all fields of a span except the given ones. Spread and `Object.create` do not work, because
 * the fields of a span are getters.
 *
 * @param span the ended span, or another view
 * @param changes the fields that differ
 */
export function createSpanView(span: ReadableSpan, changes: SpanChanges): ReadableSpan {
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
 * Copies attributes, and remembers for the copy which strings represent objects.
 *
 * @param attributes the attributes of a span, event or link
 */
export function copyAttributes(attributes: Attributes): Attributes {
  const copy = { ...attributes };
  // The original object is gone. Any object in its place marks the text as nested.
  for (const key of getNestedKeys(attributes) ?? []) {
    rememberNested(copy, key, attributes, attributes[key] ?? '');
  }
  return copy;
}
