// Span limits: how much one span may hold, and what is cut or counted beyond that.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits

import { type Attributes, type AttributeValue, diag } from '@opentelemetry/api';
import type { SpanLimits } from '@opentelemetry/sdk-trace-base';
import { defineAttribute, normaliseAttributeValue } from '../spans/attributes.js';
import { nestedKeys, rememberNested } from '../spans/nested-attributes.js';

/** OpenTelemetry's span limits, every one of them settled. */
export type ResolvedSpanLimits = Readonly<Required<SpanLimits>>;

/** Told the key of an attribute that had a value but could not be kept. */
export type OnDropped = (key: string) => void;

const DEFAULT_COUNT = 128;

/** Settles the limits; a value length that is not positive means none, as in OpenTelemetry. */
export function resolveSpanLimits(given: SpanLimits): ResolvedSpanLimits {
  const length = given.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY;
  return {
    attributeValueLengthLimit: length > 0 ? length : Number.POSITIVE_INFINITY,
    attributeCountLimit: given.attributeCountLimit ?? DEFAULT_COUNT,
    linkCountLimit: given.linkCountLimit ?? DEFAULT_COUNT,
    eventCountLimit: given.eventCountLimit ?? DEFAULT_COUNT,
    attributePerEventCountLimit: given.attributePerEventCountLimit ?? DEFAULT_COUNT,
    attributePerLinkCountLimit: given.attributePerLinkCountLimit ?? DEFAULT_COUNT,
  };
}

/** The value as the span keeps it: one of OpenTelemetry's kinds, texts cut to the limit; undefined where dropped. */
export function sanitizeValue(value: unknown, maxLength: number): AttributeValue | undefined {
  if (typeof value === 'string') return value.length <= maxLength ? value : cut(value, maxLength);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const kept = normaliseAttributeValue(value);
  if (kept === undefined || maxLength === Number.POSITIVE_INFINITY) return kept;
  if (typeof kept === 'string') return kept.length <= maxLength ? kept : cut(kept, maxLength);
  if (!Array.isArray(kept)) return kept;
  // An array holds one kind of values only, and nulls.
  return kept.map(one =>
    typeof one === 'string' && one.length > maxLength ? cut(one, maxLength) : one,
  ) as string[];
}

/**
 * Puts a kept value into a record, and notes where its text stands for an object.
 *
 * @param replaces whether the record has the key already: only then is there a note to forget, and looking for notes in
 * records of many shapes takes 16 ns
 */
export function setSanitizedValue(
  target: Attributes,
  key: string,
  given: unknown,
  kept: AttributeValue,
  replaces: boolean,
): void {
  defineAttribute(target, key, kept);
  if (typeof given === 'object' || (replaces && nestedKeys(target) !== undefined))
    rememberNested(target, key, given, kept);
}

/**
 * Fills the attributes of an event or a link.
 *
 * @returns how many were dropped because of the limit
 */
export function copyLimitedAttributes(
  target: Attributes,
  given: unknown,
  maxCount: number,
  maxLength: number,
  onDropped: OnDropped,
): number {
  if (typeof given !== 'object' || given === null) return 0;
  let count = 0;
  let overLimit = 0;
  let key = '';
  try {
    for (key in given) {
      if (!Object.hasOwn(given, key)) continue;
      const value = (given as Record<string, unknown>)[key];
      if (value === undefined || value === null) continue;
      const kept = key === '' ? undefined : sanitizeValue(value, maxLength);
      if (kept === undefined) onDropped(key);
      else if (count >= maxCount) overLimit++;
      else {
        count++;
        setSanitizedValue(target, key, value, kept, false);
      }
    }
  } catch {
    // A getter or a proxy of the user threw: this attribute and those behind it are lost, the span is not.
    onDropped(key);
  }
  return overLimit;
}

/**
 * Appends to a list that holds only so many; the oldest makes room.
 *
 * @returns whether something was dropped
 */
export function appendWithinLimit<T>(list: T[], item: T, maxCount: number): boolean {
  if (list.length < maxCount) {
    list.push(item);
    return false;
  }
  if (maxCount > 0) {
    list.shift();
    list.push(item);
  }
  return true;
}

/** One message for each kind and span, as the specification of limits wants. */
export function logDroppedItems(events: number, links: number): void {
  if (events > 0) diag.warn(`Dropped ${events} events because eventCountLimit reached`);
  if (links > 0) diag.warn(`Dropped ${links} links because linkCountLimit reached`);
}

/** Cuts a text. A slice would keep the whole text alive behind it, so the kept part is copied. */
function cut(text: string, maxLength: number): string {
  return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}
