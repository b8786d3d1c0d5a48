// A span as it may be shown: the very same object where nothing had to be hidden, else a view of it.

import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { viewOf } from '../core/span-view.js';
import type { SecretRedactor } from './redactor.js';

/**
 * The span without its secrets.
 *
 * @returns the same object where it holds none
 */
export function redactedSpan(span: ReadableSpan, redactor: SecretRedactor): ReadableSpan {
  const { name, attributes, events, links, status } = span;
  const shownName = redactor.name(name);
  const shownAttributes = redactor.attributes(attributes);
  const shownEvents = events.length === 0 ? events : mapped(events, redactedEvent, redactor);
  const shownLinks = links.length === 0 ? links : mapped(links, redactedLink, redactor);
  const shownStatus = status.message === undefined ? status : redactedStatus(status, redactor);
  const isSame =
    shownName === name &&
    shownAttributes === attributes &&
    shownEvents === events &&
    shownLinks === links &&
    shownStatus === status;
  if (isSame) return span;
  return viewOf(span, {
    name: shownName,
    attributes: shownAttributes,
    events: shownEvents,
    links: shownLinks,
    status: shownStatus,
  });
}

function redactedEvent(event: TimedEvent, redactor: SecretRedactor): TimedEvent {
  const name = redactor.name(event.name);
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
function mapped<T>(
  list: T[],
  change: (item: T, redactor: SecretRedactor) => T,
  redactor: SecretRedactor,
): T[] {
  let copy: T[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index] as T;
    const changed = change(item, redactor);
    if (changed === item) continue;
    copy ??= [...list];
    copy[index] = changed;
  }
  return copy ?? list;
}
