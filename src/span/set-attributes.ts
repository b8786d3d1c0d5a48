// Sets attributes that the application passes to the facade, of any type. Nothing throws.

import type { Span } from '@opentelemetry/api';
import { guarded } from '../core/guard.js';
import { forEachAttribute, normaliseAttributeValue } from '../spans/attributes.js';
import { getActiveTracer } from './active-tracer.js';
import { readAttributes } from './read-input.js';
import { reportArgument, reportDroppedAttribute } from './report-input.js';

/**
 * Sets an attribute of a span. A span of our engine converts the value itself, and remembers that a text is the JSON of an
 * object.
 */
export function setSpanAttribute(span: Span, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  const isForeign = getActiveTracer()?.isForeign === true;
  const converted = isForeign ? normaliseAttributeValue(value) : value;
  if (converted === undefined) return reportDroppedAttribute(key);
  guarded('setting an attribute', () => void span.setAttribute(key, converted as string), undefined);
}

/**
 * Sets the attributes of an object. Any other value is reported.
 *
 * @param call the function as the application calls it
 */
export function setSpanAttributes(span: Span, attributes: unknown, call: string): void {
  const given = readAttributesOf(attributes, call);
  forEachAttribute(given, (key, value) => setSpanAttribute(span, key, value), reportDroppedAttribute);
}

/**
 * Returns the object with attributes. Any other value is reported, except `null` and `undefined`.
 *
 * @param call the function as the application calls it
 */
export function readAttributesOf(attributes: unknown, call: string): object | undefined {
  if (attributes === undefined || attributes === null) return undefined;
  const given = readAttributes(attributes);
  if (given === undefined) reportArgument(call, 'an object with attributes', attributes);
  return given;
}
