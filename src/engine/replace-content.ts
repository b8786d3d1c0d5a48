// Replaces the content of an ended span in place. A processor that keeps data by span object, as those of Sentry and Faro do,
// must receive in `onEnd` the object that it received in `onStart`.

import type { Attributes, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { Span } from './span.js';

/** The fields of our span that hold its content. */
interface SpanContent {
  name: string;
  _context: SpanContext;
  _attributes: Attributes | undefined;
  _events: TimedEvent[] | undefined;
  _links: Link[] | undefined;
  _status: SpanStatus | undefined;
}

/**
 * Gives an ended span the content of a view of it.
 *
 * @param span the span
 * @param view the view, whose name, context, attributes, events, links and status may differ
 * @returns the span if it is one of this package, otherwise the view
 */
export function replaceContent(span: ReadableSpan, view: ReadableSpan): ReadableSpan {
  if (view === span || !(span instanceof Span)) return view;
  const content = span as unknown as SpanContent;
  content.name = view.name;
  content._context = view.spanContext();
  content._attributes = view.attributes;
  content._events = view.events;
  content._links = view.links;
  content._status = view.status;
  return span;
}
