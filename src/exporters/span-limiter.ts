// Limits spans to the size that a backend accepts. A backend may refuse a span for one long value, or truncate the value
// without a mark. This limiter truncates with a mark.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { SpanShape } from '../delivery/index.js';
import { defineAttribute } from '../spans/attributes.js';
import { copyAttributes, createSpanView } from '../spans/span-view.js';

/** The limits of a backend. */
export interface BackendLimits {
  /** Number of attributes of one span, event or link. @default unlimited */
  readonly maxAttributes?: number;
  /** Length of a string value, in `unit`. @default unlimited */
  readonly maxValueLength?: number;
  /** Length of an attribute's key, in `unit`. @default unlimited */
  readonly maxKeyLength?: number;
  /** Length of the name of a span or an event, in `unit`. @default unlimited */
  readonly maxNameLength?: number;
  /** Number of members of an array. @default unlimited */
  readonly maxArrayLength?: number;
  /** The unit of lengths: UTF-16 units, or bytes of UTF-8. @default 'characters' */
  readonly unit?: 'characters' | 'bytes';
}

/** The end of truncated text. */
export const TRUNCATION_MARK = '…[truncated]';

/** Limits spans and resources. */
export interface SpanLimiter extends SpanShape {
  readonly resource: (attributes: Attributes) => Attributes;
}

/** The limits with every default in place. */
interface Limits extends Required<Omit<BackendLimits, 'unit'>> {
  /** Whether text is longer than a limit. */
  readonly isTooLong: (text: string, max: number) => boolean;
}

/**
 * Creates a function that limits spans. It returns a span within the limits unchanged. In a resource, keys and text are
 * truncated and no attribute is dropped, because users find spans by the attributes of the process.
 *
 * @param limits the limits of the backend
 * @example
 * const shape = createSpanLimiter({ maxValueLength: 4095, maxKeyLength: 255, maxAttributes: 254 });
 */
export function createSpanLimiter(limits: BackendLimits): SpanLimiter {
  const spanLimits = withDefaults(limits);
  const resourceLimits = { ...spanLimits, maxAttributes: Number.POSITIVE_INFINITY };
  return Object.assign((span: ReadableSpan) => limitSpan(span, spanLimits), {
    resource: (attributes: Attributes) =>
      areAttributesWithin(attributes, resourceLimits)
        ? attributes
        : limitAttributes(attributes, resourceLimits).kept,
  });
}

function withDefaults({ unit, ...limits }: BackendLimits): Limits {
  const unlimited = Number.POSITIVE_INFINITY;
  return {
    maxAttributes: unlimited,
    maxValueLength: unlimited,
    maxKeyLength: unlimited,
    maxNameLength: unlimited,
    maxArrayLength: unlimited,
    ...limits,
    isTooLong: unit === 'bytes' ? hasMoreBytes : hasMoreCharacters,
  };
}

function hasMoreCharacters(text: string, max: number): boolean {
  return text.length > max;
}

/** A UTF-16 unit takes at most three bytes, so most text need not be counted. */
function hasMoreBytes(text: string, max: number): boolean {
  return text.length * 3 > max && Buffer.byteLength(text) > max;
}

function limitSpan(span: ReadableSpan, limits: Limits): ReadableSpan {
  if (isSpanWithin(span, limits)) return span;
  const { maxNameLength, maxValueLength } = limits;
  const { attributes, droppedAttributesCount } = limitPart(span, limits);
  const { message } = span.status;
  return createSpanView(span, {
    name: truncate(span.name, maxNameLength, limits),
    attributes: attributes ?? {},
    droppedAttributesCount: droppedAttributesCount ?? span.droppedAttributesCount,
    status:
      message === undefined
        ? span.status
        : { ...span.status, message: truncate(message, maxValueLength, limits) },
    events: span.events.map(event => ({
      ...limitPart(event, limits),
      name: truncate(event.name, maxNameLength, limits),
    })),
    links: span.links.map(link => limitPart(link, limits)),
  });
}

function isSpanWithin(span: ReadableSpan, limits: Limits): boolean {
  const { isTooLong, maxNameLength, maxValueLength } = limits;
  if (isTooLong(span.name, maxNameLength) || !areAttributesWithin(span.attributes, limits)) return false;
  if (span.status.message !== undefined && isTooLong(span.status.message, maxValueLength)) return false;
  for (const { name, attributes } of span.events) {
    if (isTooLong(name, maxNameLength) || !areAttributesWithin(attributes, limits)) return false;
  }
  return span.links.every(({ attributes }) => areAttributesWithin(attributes, limits));
}

function areAttributesWithin(attributes: Attributes | undefined, limits: Limits): boolean {
  const { isTooLong, maxAttributes, maxKeyLength, maxValueLength, maxArrayLength } = limits;
  if (attributes === undefined) return true;
  let count = 0;
  for (const key in attributes) {
    if (++count > maxAttributes || isTooLong(key, maxKeyLength)) return false;
    const value = attributes[key];
    if (typeof value === 'string') {
      if (isTooLong(value, maxValueLength)) return false;
    } else if (Array.isArray(value)) {
      if (value.length > maxArrayLength) return false;
      if (value.some(member => typeof member === 'string' && isTooLong(member, maxValueLength))) return false;
    }
  }
  return true;
}

/** A span, event or link with limited attributes. */
function limitPart<T extends { readonly attributes?: Attributes; readonly droppedAttributesCount?: number }>(
  part: T,
  limits: Limits,
): T {
  if (part.attributes === undefined || areAttributesWithin(part.attributes, limits)) return part;
  const { kept, dropped } = limitAttributes(part.attributes, limits);
  return { ...part, attributes: kept, droppedAttributesCount: (part.droppedAttributesCount ?? 0) + dropped };
}

/** A copy within the limits. Attributes above the number are dropped, and those whose truncated keys are equal. */
function limitAttributes(
  attributes: Attributes,
  limits: Limits,
): { readonly kept: Attributes; readonly dropped: number } {
  const { maxAttributes, maxKeyLength } = limits;
  // copyAttributes() also copies which strings represent objects, so that they are still sent as objects.
  const kept = copyAttributes(attributes);
  const keptKeys = new Set<string>();
  let dropped = 0;
  for (const key of Object.keys(attributes)) {
    const name = truncate(key, maxKeyLength, limits);
    if (name !== key) delete kept[key];
    if (keptKeys.size >= maxAttributes || keptKeys.has(name)) {
      if (!keptKeys.has(name)) delete kept[name];
      dropped++;
      continue;
    }
    keptKeys.add(name);
    const value = attributes[key];
    if (value !== undefined) defineAttribute(kept, name, limitValue(value, limits));
  }
  return { kept, dropped };
}

function limitValue(value: AttributeValue, limits: Limits): AttributeValue {
  const { maxValueLength, maxArrayLength } = limits;
  if (typeof value === 'string') return truncate(value, maxValueLength, limits);
  if (!Array.isArray(value)) return value;
  const hasText = value.some(member => typeof member === 'string');
  const isTooLong = value.length > maxArrayLength;
  // The mark takes the place of a member. An array of numbers cannot hold the mark.
  const maxMembers = hasText ? Math.max(0, maxArrayLength - 1) : maxArrayLength;
  const members = isTooLong ? value.slice(0, maxMembers) : value;
  if (!hasText) return members as AttributeValue;
  const texts = members.map(member =>
    typeof member === 'string' ? truncate(member, maxValueLength, limits) : member,
  );
  return (isTooLong ? [...texts, TRUNCATION_MARK] : texts) as string[];
}

/** The longest beginning of the text that fits together with the mark. It never ends within a code point. */
function truncate(text: string, max: number, { isTooLong }: Limits): string {
  if (!isTooLong(text, max)) return text;
  if (isTooLong(TRUNCATION_MARK, max)) return '';
  // A binary search, because the length in bytes is known only by counting.
  let low = 0;
  let high = Math.min(text.length, max);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isTooLong(text.slice(0, middle) + TRUNCATION_MARK, max)) high = middle - 1;
    else low = middle;
  }
  const last = text.charCodeAt(low - 1);
  const endsInHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, endsInHalf ? low - 1 : low) + TRUNCATION_MARK;
}
