// Reads attributes and times from the application, of any type. Nothing throws.

import { types } from 'node:util';
import type { TimeInput as ApiTimeInput } from '@opentelemetry/api';
import { isObject } from './report-input.js';

/**
 * Returns an object with attributes, or undefined for a value that has none: a list, a map, a date, a promise.
 *
 * @param attributes the value from the application
 */
export function readAttributes(attributes: unknown): object | undefined {
  if (!isObject(attributes)) return undefined;
  try {
    const prototype: unknown = Object.getPrototypeOf(attributes);
    if (prototype === Object.prototype || prototype === null) return attributes;
  } catch {
    // A revoked proxy has no attributes.
    return undefined;
  }
  const hasNone =
    Array.isArray(attributes) ||
    types.isMap(attributes) ||
    types.isSet(attributes) ||
    types.isDate(attributes) ||
    types.isPromise(attributes);
  return hasNone ? undefined : attributes;
}

/**
 * Returns a time for OpenTelemetry's API, or undefined for a value that is no time.
 *
 * @param time the value from the application
 */
export function readTime(time: unknown): ApiTimeInput | undefined {
  if (typeof time === 'number') return Number.isFinite(time) ? time : undefined;
  if (types.isDate(time)) return Number.isNaN(Date.prototype.getTime.call(time)) ? undefined : time;
  try {
    if (!Array.isArray(time) || time.length !== 2) return undefined;
    const [seconds, nanoseconds]: unknown[] = time;
    return Number.isFinite(seconds) && Number.isFinite(nanoseconds)
      ? [seconds as number, nanoseconds as number]
      : undefined;
  } catch {
    // A revoked proxy, or a proxy whose traps throw, is no time.
    return undefined;
  }
}
