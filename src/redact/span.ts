// A span as it may be shown: the very same object where nothing had to be hidden, else a view of it.

import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import type { SecretRedactor } from './redactor.js';

/** What of a span can hold secrets. */
interface Shown {
  readonly name: string;
  readonly attributes: ReadableSpan['attributes'];
  readonly events: TimedEvent[];
  readonly links: Link[];
  readonly status: SpanStatus;
}

/**
 * The span without its secrets.
 *
 * @returns the same object where it holds none
 */
export function redactedSpan(span: ReadableSpan, redactor: SecretRedactor): ReadableSpan {
  const { name, attributes, events, links, status } = span;
  const shown: Shown = {
    name: redactor.text(name),
    attributes: redactor.attributes(attributes),
    events: mapped(events, event => redactedEvent(event, redactor)),
    links: mapped(links, link => redactedLink(link, redactor)),
    status: redactedStatus(status, redactor),
  };
  const isSame =
    shown.name === name &&
    shown.attributes === attributes &&
    shown.events === events &&
    shown.links === links &&
    shown.status === status;
  return isSame ? span : viewOf(span, shown);
}

/** All that ReadableSpan asks for, as plain fields: a span of OpenTelemetry's keeps some in private ones. */
function viewOf(span: ReadableSpan, shown: Shown): ReadableSpan {
  const { parentSpanContext } = span;
  return {
    ...shown,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(parentSpanContext === undefined ? {} : { parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function redactedEvent(event: TimedEvent, redactor: SecretRedactor): TimedEvent {
  const name = redactor.text(event.name);
  const attributes = event.attributes === undefined ? undefined : redactor.attributes(event.attributes);
  if (name === event.name && attributes === event.attributes) return event;
  return { ...event, name, ...(attributes === undefined ? {} : { attributes }) };
}

function redactedLink(link: Link, redactor: SecretRedactor): Link {
  if (link.attributes === undefined) return link;
  const attributes = redactor.attributes(link.attributes);
  return attributes === link.attributes ? link : { ...link, attributes };
}

function redactedStatus(status: SpanStatus, redactor: SecretRedactor): SpanStatus {
  if (status.message === undefined) return status;
  const message = redactor.text(status.message);
  return message === status.message ? status : { ...status, message };
}

/** The list itself where no element has changed. */
function mapped<T>(list: T[], change: (item: T) => T): T[] {
  for (const [index, item] of list.entries()) {
    const first = change(item);
    if (first === item) continue;
    return list.map((each, i) => (i < index ? each : i === index ? first : change(each)));
  }
  return list;
}
