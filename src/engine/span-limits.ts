// Span limits: the maximum size of a span, and the handling of data beyond it.
// https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits

import { type Attributes, type AttributeValue, diag } from '@opentelemetry/api';
import type { SpanLimits } from '@opentelemetry/sdk-trace-base';
import { defineAttribute, normaliseAttributeValue } from '../spans/attributes.js';
import { getNestedKeys, rememberNested } from '../spans/nested-attributes.js';
import type { FaultReporter } from './fault-reporter.js';

/** OpenTelemetry's span limits with every default filled in. */
export type ResolvedSpanLimits = Readonly<Required<SpanLimits>>;

/** Receives the key of an attribute that had a value but was dropped. */
export type OnDropped = (key: string) => void;

const DEFAULT_COUNT = 128;

/** Fills in the defaults. A value length that is not positive means no limit, as in OpenTelemetry. */
export function resolveSpanLimits(limits: SpanLimits): ResolvedSpanLimits {
  const length = limits.attributeValueLengthLimit ?? Number.POSITIVE_INFINITY;
  return {
    attributeValueLengthLimit: length > 0 ? length : Number.POSITIVE_INFINITY,
    attributeCountLimit: limits.attributeCountLimit ?? DEFAULT_COUNT,
    linkCountLimit: limits.linkCountLimit ?? DEFAULT_COUNT,
    eventCountLimit: limits.eventCountLimit ?? DEFAULT_COUNT,
    attributePerEventCountLimit: limits.attributePerEventCountLimit ?? DEFAULT_COUNT,
    attributePerLinkCountLimit: limits.attributePerLinkCountLimit ?? DEFAULT_COUNT,
  };
}

/**
 * Converts a value to an attribute value of OpenTelemetry, with texts cut to the length limit.
 *
 * @param value any value
 * @param maxLength the maximum number of UTF-16 code units in a text
 * @returns undefined if the value is dropped
 */
export function sanitizeValue(value: unknown, maxLength: number): AttributeValue | undefined {
  if (typeof value === 'string') return value.length <= maxLength ? value : truncate(value, maxLength);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const sanitized = normaliseAttributeValue(value);
  if (sanitized === undefined || maxLength === Number.POSITIVE_INFINITY) return sanitized;
  if (typeof sanitized === 'string') {
    return sanitized.length <= maxLength ? sanitized : truncate(sanitized, maxLength);
  }
  if (!Array.isArray(sanitized)) return sanitized;
  // An array holds values of one type, and nulls.
  return sanitized.map(item =>
    typeof item === 'string' && item.length > maxLength ? truncate(item, maxLength) : item,
  ) as string[];
}

/**
 * Sets an attribute, and records if its text is the JSON of an object.
 *
 * @param target the attributes to change
 * @param key the key
 * @param original the value from the application
 * @param sanitized the value to set
 * @param replaces whether the target has the key already. Only then a record of an earlier value is removed: the look-up
 * takes 16 ns on attributes of many shapes
 */
export function setSanitizedValue(
  target: Attributes,
  key: string,
  original: unknown,
  sanitized: AttributeValue,
  replaces: boolean,
): void {
  defineAttribute(target, key, sanitized);
  if (typeof original === 'object' || (replaces && getNestedKeys(target) !== undefined)) {
    rememberNested(target, key, original, sanitized);
  }
}

/**
 * Copies the attributes of an event or a link, within the limits.
 *
 * @param target the attributes to fill
 * @param source the attributes from the application, of any type
 * @param maxCount the maximum number of attributes
 * @param maxLength the maximum number of UTF-16 code units in a text
 * @param onDropped receives the keys of values that cannot be recorded
 * @returns the number of attributes that the count limit excluded
 */
export function copyLimitedAttributes(
  target: Attributes,
  source: unknown,
  maxCount: number,
  maxLength: number,
  onDropped: OnDropped,
): number {
  if (typeof source !== 'object' || source === null) return 0;
  let count = 0;
  let overLimit = 0;
  let key = '';
  try {
    for (key in source) {
      if (!Object.hasOwn(source, key)) continue;
      const value = (source as Record<string, unknown>)[key];
      if (value === undefined || value === null) continue;
      const sanitized = key === '' ? undefined : sanitizeValue(value, maxLength);
      if (sanitized === undefined) onDropped(key);
      else if (count >= maxCount) overLimit++;
      else {
        count++;
        setSanitizedValue(target, key, value, sanitized, false);
      }
    }
  } catch {
    // A getter or a proxy of the application threw. This attribute and the following ones are lost, the span is not.
    onDropped(key);
  }
  return overLimit;
}

/**
 * Appends to a list of limited length. A full list loses its oldest item.
 *
 * @returns whether an item was dropped
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

/** Logs the dropped events and links of a span: at most one message of each kind, as the specification requires. */
export function logDroppedItems(events: number, links: number): void {
  if (events > 0) diag.warn(`Dropped ${events} events because eventCountLimit reached`);
  if (links > 0) diag.warn(`Dropped ${links} links because linkCountLimit reached`);
}

/** Cuts a text. A slice would keep the whole text alive, so the remaining part is copied. */
function truncate(text: string, maxLength: number): string {
  return Buffer.from(text.slice(0, maxLength), 'utf16le').toString('utf16le');
}

/**
 * Calls a function for each own attribute. A getter or a proxy of the application that throws ends the iteration: this
 * attribute and the following ones are lost.
 */
export function forEachAttribute(
  attributes: Attributes,
  faults: Pick<FaultReporter, 'reportDroppedAttribute'>,
  set: (key: string, value: unknown) => void,
): void {
  if (typeof attributes !== 'object' || attributes === null) return;
  let key = '';
  try {
    for (key in attributes) if (Object.hasOwn(attributes, key)) set(key, attributes[key]);
  } catch {
    faults.reportDroppedAttribute(key);
  }
}

/** Whether a value can be the key of an attribute. */
export function isKey(key: unknown): key is string {
  return typeof key === 'string' && key !== '';
}
