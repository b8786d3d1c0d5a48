// Redacts a span. A span without a secret is returned as the same object, any other as a view.

import type { Link, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace-base';
import { readSnapshot } from '../spans/span-snapshot.js';
import { createSpanView } from '../spans/span-view.js';
import type { SecretRedactor } from './secret-redactor.js';

/**
 * Redacts a span.
 *
 * @returns the same object if it holds no secret
 */
export function redactSpan(span: ReadableSpan, redactor: SecretRedactor): ReadableSpan {
  const { name, attributes } = span;
  // Empty lists and an unset status are not read: a span of our engine would allocate them.
  const { hasEvents, hasLinks, hasStatus } = readSnapshot(span);
  const cache = redactor.getNameCache(name);
  const redactedAttributes = redactor.attributes(attributes, cache);
  const events = hasEvents ? span.events : undefined;
  const links = hasLinks ? span.links : undefined;
  const status = hasStatus ? span.status : undefined;
  const redactedEvents = events && mapUnlessSame(events, redactEvent, redactor);
  const redactedLinks = links && mapUnlessSame(links, redactLink, redactor);
  const redactedStatus = status && redactStatus(status, redactor);
  const isSame =
    cache.name === name &&
    redactedAttributes === attributes &&
    redactedEvents === events &&
    redactedLinks === links &&
    redactedStatus === status;
  if (isSame) return span;
  return createSpanView(span, {
    name: cache.name,
    attributes: redactedAttributes,
    ...(redactedEvents && { events: redactedEvents }),
    ...(redactedLinks && { links: redactedLinks }),
    ...(redactedStatus && { status: redactedStatus }),
  });
}

function redactEvent(event: TimedEvent, redactor: SecretRedactor): TimedEvent {
  const cache = redactor.getNameCache(event.name);
  const { name } = cache;
  const attributes =
    event.attributes === undefined ? undefined : redactor.attributes(event.attributes, cache);
  if (name === event.name && attributes === event.attributes) return event;
  return { ...event, name, ...(attributes === undefined ? {} : { attributes }) };
}

function redactLink(link: Link, redactor: SecretRedactor): Link {
  if (link.attributes === undefined) return link;
  const attributes = redactor.attributes(link.attributes);
  return attributes === link.attributes ? link : { ...link, attributes };
}

function redactStatus(status: SpanStatus, redactor: SecretRedactor): SpanStatus {
  if (status.message === undefined) return status;
  const message = redactor.text(status.message);
  return message === status.message ? status : { ...status, message };
}

/** Maps a list. The result is the same list if no element changes. */
function mapUnlessSame<T>(
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
