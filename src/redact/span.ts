// A span as it may be shown: the very same object where nothing had to be hidden, else a view of it.

import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { snapshotOf } from '../spans/span-snapshot.js';
import { viewOf } from '../spans/span-view.js';
import type { SecretRedactor } from './redactor.js';

/**
 * The span without its secrets.
 *
 * @returns the same object where it holds none
 */
export function redactSpan(span: ReadableSpan, redactor: SecretRedactor): ReadableSpan {
  const { name, attributes } = span;
  // Lists and a status that nobody has filled are not asked for: a span of ours would make them.
  const { hasEvents, hasLinks, hasStatus } = snapshotOf(span);
  const kind = redactor.kind(name);
  const shownAttributes = redactor.attributes(attributes, kind);
  const events = hasEvents ? span.events : undefined;
  const links = hasLinks ? span.links : undefined;
  const status = hasStatus ? span.status : undefined;
  const shownEvents = events && mapped(events, redactedEvent, redactor);
  const shownLinks = links && mapped(links, redactedLink, redactor);
  const shownStatus = status && redactedStatus(status, redactor);
  const isSame =
    kind.name === name &&
    shownAttributes === attributes &&
    shownEvents === events &&
    shownLinks === links &&
    shownStatus === status;
  if (isSame) return span;
  return viewOf(span, {
    name: kind.name,
    attributes: shownAttributes,
    ...(shownEvents && { events: shownEvents }),
    ...(shownLinks && { links: shownLinks }),
    ...(shownStatus && { status: shownStatus }),
  });
}

function redactedEvent(event: TimedEvent, redactor: SecretRedactor): TimedEvent {
  const kind = redactor.kind(event.name);
  const { name } = kind;
  const attributes = event.attributes === undefined ? undefined : redactor.attributes(event.attributes, kind);
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
