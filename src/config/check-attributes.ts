// The `attributes` option: what OpenTelemetry cannot carry is kept as text or JSON rather than refused.

import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { attempt, record, type Reader, refuse, under } from './readers.js';
import { showValue } from '../core/show.js';

/** Resource attributes; null and undefined are left out, dates, big integers and objects become text. */
export const attributes: Reader<Attributes> = (value, at) => {
  const source = record(value, at);
  if (source === undefined) return undefined;
  const clean = new Map<string, AttributeValue>();
  for (const key of Object.keys(source)) {
    const here = under(at, key);
    const read = attempt(() => attributeValue(source[key], here), here);
    if (read !== undefined) clean.set(key, read);
  }
  return Object.fromEntries(clean);
};

/** One attribute's value. */
export const attributeValue: Reader<AttributeValue> = (value, at) => {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'undefined':
      return undefined;
    case 'object':
      if (value === null) return undefined;
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
      return homogeneous(value) ?? JSON.stringify(value);
    default:
      return refuse(at, 'wrong_type', 'a string, number, boolean or a list of these', showValue(value));
  }
};

/** A copy of a list that OpenTelemetry can carry: all strings, all numbers or all booleans. */
function homogeneous(value: object): AttributeValue | undefined {
  if (!Array.isArray(value)) return undefined;
  const copy: unknown[] = [...value];
  if (copy.every(entry => typeof entry === 'string')) return copy;
  if (copy.every(entry => typeof entry === 'number')) return copy;
  if (copy.every(entry => typeof entry === 'boolean')) return copy;
  return undefined;
}
