// A span cut to what a backend takes. A backend that refuses a span for one long value, or cuts it without a word, is
// worse than a value that says where it was cut.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { defineAttribute } from '../spans/attributes.js';
import { copyAttributes, viewOf } from '../spans/span-view.js';
import type { SpanShape } from '../delivery/index.js';

/** What a backend takes; what is left out has no limit. */
export interface BackendLimits {
  /** Attributes of one span, event or link. */
  readonly maxAttributes?: number;
  /** The length of a text, in `unit`. */
  readonly maxValueLength?: number;
  /** The length of an attribute's key, in `unit`. */
  readonly maxKeyLength?: number;
  /** The length of the names of spans and events, in `unit`. */
  readonly maxNameLength?: number;
  /** Members of an array. */
  readonly maxArrayLength?: number;
  /** What lengths are counted in: UTF-16 units, or bytes of UTF-8. @default 'characters' */
  readonly unit?: 'characters' | 'bytes';
}

/** What stands where a text was cut. */
export const TRUNCATION_MARK = '…[truncated]';

/** A shape that cuts spans and resources. */
export interface SpanLimiter extends SpanShape {
  readonly resource: (attributes: Attributes) => Attributes;
}

/**
 * Makes the shape that cuts spans to a limit; a span within it comes back as it is. Of a resource texts and keys are cut,
 * and nothing is dropped: what is said of the process is what its spans are found by.
 *
 * @param limit what the backend takes
 * @example
 * const shape = limitSpan({ maxValueLength: 4095, maxKeyLength: 255, maxAttributes: 254 });
 */
export function createSpanLimiter(limit: BackendLimits): SpanLimiter {
  const { maxNameLength = Number.POSITIVE_INFINITY, maxValueLength = Number.POSITIVE_INFINITY } = limit;
  const tooLong = limit.unit === 'bytes' ? tooManyBytes : tooManyCharacters;
  const cut = (text: string, max: number): string =>
    tooLong(text, max) ? shortened(text, max, tooLong) : text;
  const fits = (record: Attributes | undefined): boolean =>
    record === undefined || within(record, limit, tooLong);
  const fitted = <T extends { readonly attributes?: Attributes; readonly droppedAttributesCount?: number }>(
    part: T,
  ): T => {
    if (part.attributes === undefined || fits(part.attributes)) return part;
    const { kept, dropped } = limited(part.attributes, limit, cut);
    return {
      ...part,
      attributes: kept,
      droppedAttributesCount: (part.droppedAttributesCount ?? 0) + dropped,
    };
  };

  function isWithin(span: ReadableSpan): boolean {
    if (tooLong(span.name, maxNameLength) || !fits(span.attributes)) return false;
    if (span.status.message !== undefined && tooLong(span.status.message, maxValueLength)) return false;
    for (const { name, attributes } of span.events) {
      if (tooLong(name, maxNameLength) || !fits(attributes)) return false;
    }
    return span.links.every(({ attributes }) => fits(attributes));
  }

  function shape(span: ReadableSpan): ReadableSpan {
    if (isWithin(span)) return span;
    const { attributes, droppedAttributesCount } = fitted(span);
    const { message } = span.status;
    return viewOf(span, {
      name: cut(span.name, maxNameLength),
      attributes: attributes ?? {},
      droppedAttributesCount: droppedAttributesCount ?? span.droppedAttributesCount,
      status: message === undefined ? span.status : { ...span.status, message: cut(message, maxValueLength) },
      events: span.events.map(event => ({ ...fitted(event), name: cut(event.name, maxNameLength) })),
      links: span.links.map(fitted),
    });
  }

  const ofResource: BackendLimits = { ...limit, maxAttributes: Number.POSITIVE_INFINITY };
  const resource = (attributes: Attributes): Attributes =>
    within(attributes, ofResource, tooLong) ? attributes : limited(attributes, ofResource, cut).kept;
  return Object.assign(shape, { resource });
}

type TooLong = (text: string, max: number) => boolean;

function tooManyCharacters(text: string, max: number): boolean {
  return text.length > max;
}

/** A UTF-16 unit takes three bytes at most, so most texts need not be counted. */
function tooManyBytes(text: string, max: number): boolean {
  return text.length * 3 > max && Buffer.byteLength(text) > max;
}

function within(record: Attributes, limit: BackendLimits, tooLong: TooLong): boolean {
  const { maxAttributes = Number.POSITIVE_INFINITY, maxKeyLength = Number.POSITIVE_INFINITY } = limit;
  const { maxValueLength = Number.POSITIVE_INFINITY, maxArrayLength = Number.POSITIVE_INFINITY } = limit;
  let count = 0;
  for (const key in record) {
    if (++count > maxAttributes || tooLong(key, maxKeyLength)) return false;
    const value = record[key];
    if (typeof value === 'string') {
      if (tooLong(value, maxValueLength)) return false;
    } else if (Array.isArray(value)) {
      if (value.length > maxArrayLength) return false;
      if (value.some(member => typeof member === 'string' && tooLong(member, maxValueLength))) return false;
    }
  }
  return true;
}

/** A copy that fits, and how many attributes it has lost: those over the count, and those whose cut keys are the same. */
function limited(
  record: Attributes,
  limit: BackendLimits,
  cut: (text: string, max: number) => string,
): { readonly kept: Attributes; readonly dropped: number } {
  const { maxAttributes = Number.POSITIVE_INFINITY, maxKeyLength = Number.POSITIVE_INFINITY } = limit;
  // Copied first, so that what stands for an object is still sent as one.
  const kept = copyAttributes(record);
  const seen = new Set<string>();
  let dropped = 0;
  for (const key of Object.keys(record)) {
    const name = cut(key, maxKeyLength);
    if (name !== key) delete kept[key];
    if (seen.size >= maxAttributes || seen.has(name)) {
      if (!seen.has(name)) delete kept[name];
      dropped++;
      continue;
    }
    seen.add(name);
    const value = record[key];
    if (value !== undefined) defineAttribute(kept, name, limitedValue(value, limit, cut));
  }
  return { kept, dropped };
}

function limitedValue(
  value: AttributeValue,
  limit: BackendLimits,
  cut: (text: string, max: number) => string,
): AttributeValue {
  const { maxValueLength = Number.POSITIVE_INFINITY, maxArrayLength = Number.POSITIVE_INFINITY } = limit;
  if (typeof value === 'string') return cut(value, maxValueLength);
  if (!Array.isArray(value)) return value;
  const isText = value.some(member => typeof member === 'string');
  const isLong = value.length > maxArrayLength;
  // An array of texts has room for the mark; one of numbers has not, and is only shorter.
  const members = isLong ? value.slice(0, isText ? Math.max(0, maxArrayLength - 1) : maxArrayLength) : value;
  if (!isText) return members as AttributeValue;
  const texts = members.map(member => (typeof member === 'string' ? cut(member, maxValueLength) : member));
  return (isLong ? [...texts, TRUNCATION_MARK] : texts) as string[];
}

/** The longest beginning that fits together with the mark, never half a code point. */
function shortened(text: string, max: number, tooLong: TooLong): string {
  if (tooLong(TRUNCATION_MARK, max)) return '';
  // In bytes the answer is found by halving: each step looks at half of what is left.
  let low = 0;
  let high = Math.min(text.length, max);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tooLong(text.slice(0, middle) + TRUNCATION_MARK, max)) high = middle - 1;
    else low = middle;
  }
  const last = text.charCodeAt(low - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? low - 1 : low) + TRUNCATION_MARK;
}
