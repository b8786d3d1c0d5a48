// Replaces the content of an ended span in place. A processor that keeps data by span object, as those of Sentry and Faro do,
// must receive in `onEnd` the object that it received in `onStart`.

import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { Span } from './span.js';

/**
 * Gives an ended span the content of a view of it.
 *
 * @param span the span
 * @param view the view, whose name, context, attributes, events, links and status may differ
 * @returns the span if it is one of this package, otherwise the view
 */
export function replaceContent(span: ReadableSpan, view: ReadableSpan): ReadableSpan {
  if (view === span || !(span instanceof Span)) return view;
  // The brackets give access to the private fields, and the compiler checks their names and types.
  span.name = view.name;
  span['_context'] = view.spanContext();
  span['_attributes'] = view.attributes;
  span['_events'] = view.events;
  span['_links'] = view.links;
  span['_status'] = view.status;
  return span;
}
