// Reads contexts from carriers, and reports values that are no carriers.

import { types } from 'node:util';
import { type Context, propagation } from '@opentelemetry/api';
import { getSpan } from '../context/index.js';
import { isKeyedCollection } from '../propagation/carriers/collections.js';
import { isMessageAttributes } from '../propagation/carriers/message-attributes.js';
import { extract } from '../propagation/extract.js';
import { isObject, reportArgument } from './report-input.js';

const EXPECTED = 'a carrier, such as the headers of a message';

/**
 * Extracts the context of a carrier. A value that cannot be a carrier is reported. `null` and `undefined` are not, because
 * clients have them for messages without headers.
 *
 * @param carrier a value of any type
 * @param base the context to extend
 * @param call the function that received the carrier
 * @returns the base itself if there is no context
 */
export function extractCarrier(carrier: unknown, base: Context, call: string): Context {
  if (carrier === undefined || carrier === null) return base;
  const context = canCarryContext(carrier) ? extract(carrier, base) : base;
  const isFound =
    getSpan(context) !== getSpan(base) || propagation.getBaggage(context) !== propagation.getBaggage(base);
  if (!isFound && !hasCarrierShape(carrier)) reportArgument(call, EXPECTED, carrier);
  return context;
}

/** Whether a value can be read and written as a carrier. Spans, dates, functions and promises cannot. Never throws. */
export function canCarryContext(value: unknown): value is object {
  try {
    if (!isObject(value) || types.isDate(value)) return false;
    const { spanContext, then } = value as { readonly spanContext?: unknown; readonly then?: unknown };
    return typeof spanContext !== 'function' && typeof then !== 'function';
  } catch {
    // A revoked proxy, or a getter that throws: the object carries nothing.
    return false;
  }
}

/** Whether a value has the shape of a carrier: a list, a collection with get, set and keys, or a plain object. Never throws. */
export function hasCarrierShape(value: unknown): value is object {
  try {
    if (!canCarryContext(value)) return false;
    return Array.isArray(value) || value === process.env || isKeyedCollection(value) || isPlainObject(value);
  } catch {
    // A proxy whose traps throw carries nothing.
    return false;
  }
}

/** Whether a carrier holds something that can be a header: text, bytes, a list or message attributes. Never throws. */
export function holdsHeaders(value: object): boolean {
  try {
    if (Array.isArray(value)) return value.length === 0 || value.some(isListEntry);
    if (!isPlainObject(value)) return hasCarrierShape(value);
    const values: unknown[] = Object.values(value);
    return values.length === 0 || values.some(isHeaderValue) || isMessageAttributes(value);
  } catch {
    // A getter that throws: the object carries nothing.
    return false;
  }
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value);
}

/** Whether a value can be a part of a list of headers: a name, a value, a pair, or an object with one header. */
function isListEntry(value: unknown): boolean {
  return isHeaderValue(value) || canCarryContext(value);
}

/** Whether an object is a literal, of any realm. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
