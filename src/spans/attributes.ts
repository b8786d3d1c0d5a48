// Converts values to those that an OpenTelemetry attribute can hold.
// https://opentelemetry.io/docs/specs/otel/common/#attribute
//
//   string, number, boolean, arrays of one of them (null allowed inside)   unchanged; arrays are copied
//   Date                       ISO text          2026-01-31T10:00:00.000Z
//   bigint                     decimal text      12345678901234567890
//   URL, Error                 text              https://a.example/   TypeError: no such thing
//   plain objects, mixed arrays, Map, Set, objects with toJSON   JSON text, limited in depth, members and length
//   null, undefined            not set, not reported
//   functions, symbols, bytes, invalid dates     dropped and reported

import { types } from 'node:util';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { pluralize } from '../core/pluralize.js';
import { safeText } from '../core/diagnostics.js';

/** The depth below which `"[…]"` replaces the members of an object. */
const MAX_DEPTH = 6;
/** The number of members of an object, including those of nested objects. */
const MAX_MEMBERS = 512;
/** The length of one text inside an object, and of the whole JSON text. */
const MAX_TEXT = 16_384;

/**
 * Converts a value to one that an attribute can hold. Never throws, also if a getter, `toJSON` or a proxy does.
 *
 * @returns undefined if the value cannot be converted
 * @example
 * normaliseAttributeValue(new Date(0)); // '1970-01-01T00:00:00.000Z'
 * normaliseAttributeValue({ a: [1, 'x'] }); // '{"a":[1,"x"]}'
 */
export function normaliseAttributeValue(value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'object':
      break;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  try {
    return Array.isArray(value) ? normaliseArray(value) : normaliseObject(value);
  } catch {
    // A getter, a toJSON or a proxy threw. The caller drops the attribute and reports it.
    return undefined;
  }
}

/**
 * Copies attributes with all values converted to those that an attribute can hold.
 *
 * @param attributes any value; one that is not an object has no attributes
 * @param onDropped receives the key of each attribute that has a value and cannot be converted
 */
export function normaliseAttributes(attributes: unknown, onDropped?: (key: string) => void): Attributes {
  const kept: Attributes = {};
  forEachAttribute(
    attributes,
    (key, given) => {
      const value = normaliseAttributeValue(given);
      if (value !== undefined) defineAttribute(kept, key, value);
      else if (given !== undefined && given !== null) onDropped?.(key);
    },
    onDropped,
  );
  return kept;
}

/**
 * Calls `each` for each own, enumerable, non-empty key, and `onDropped` for an empty key or a getter that throws.
 *
 * @param attributes any value; one that is not an object has no attributes
 */
export function forEachAttribute(
  attributes: unknown,
  each: (key: string, value: unknown) => void,
  onDropped?: (key: string) => void,
): void {
  if (typeof attributes !== 'object' || attributes === null) return;
  for (const key of listOwnKeys(attributes)) {
    if (key === '') {
      onDropped?.(key);
      continue;
    }
    let value: unknown;
    try {
      value = (attributes as Record<string, unknown>)[key];
    } catch {
      // A getter threw: this attribute is dropped, the others are kept.
      onDropped?.(key);
      continue;
    }
    each(key, value);
  }
}

/** Sets a key that may be `__proto__`. A plain assignment would change the prototype of the object instead. */
export function defineAttribute(target: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

function listOwnKeys(value: object): readonly string[] {
  try {
    return Object.keys(value);
  } catch {
    // A revoked proxy, or a proxy whose ownKeys trap throws, has no readable keys.
    return [];
  }
}

function normaliseArray(values: readonly unknown[]): AttributeValue | undefined {
  let kind: string | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const type = typeof value;
    if (kind === undefined) kind = type;
    if (type !== kind || (type !== 'string' && type !== 'number' && type !== 'boolean'))
      return toJson(values);
  }
  // Every element is null, undefined or of the same type.
  return values.slice() as string[];
}

function normaliseObject(value: object): AttributeValue | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (value instanceof Error) return safeText(value);
  if (value instanceof URL) return value.href;
  if (types.isBoxedPrimitive(value)) return normaliseAttributeValue(value.valueOf());
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return undefined;
  return toJson(value);
}

function toJson(value: object): string | undefined {
  const budget: Budget = { members: MAX_MEMBERS, path: [] };
  const plain = toPlain(value, budget);
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
  return text === undefined || text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT);
}

interface Budget {
  /** The number of members that may still be written. */
  members: number;
  /** The enclosing objects, to detect cycles. */
  readonly path: object[];
}

/** Copies a value into plain data for JSON.stringify: without cycles, without getters, limited in size. */
function toPlain(value: unknown, budget: Budget): unknown {
  switch (typeof value) {
    case 'string':
      return value.length <= MAX_TEXT ? value : value.slice(0, MAX_TEXT);
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return undefined;
    case 'object':
      break;
    default:
      return value;
  }
  if (value === null) return null;
  if (budget.path.includes(value)) return '[Circular]';
  if (budget.path.length >= MAX_DEPTH) return '[…]';
  budget.path.push(value);
  try {
    return copyMembers(value, budget);
  } catch {
    // A getter, a toJSON or a proxy threw inside the object. The other members are kept.
    return '[Throws]';
  } finally {
    budget.path.pop();
  }
}

function copyMembers(value: object, budget: Budget): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return safeText(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `[${pluralize(value.byteLength, 'byte')}]`;
  const toJSON: unknown = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJSON === 'function') return toPlain(toJSON.call(value), budget);
  if (value instanceof Map) return collectMembers(value.entries(), budget, true);
  if (value instanceof Set) return collectMembers(value.values(), budget, false);
  if (Array.isArray(value)) return collectMembers(value.values(), budget, false);
  return collectMembers(listEntries(value), budget, true);
}

function collectMembers(items: Iterable<unknown>, budget: Budget, isKeyed: boolean): unknown {
  const list: unknown[] = [];
  const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const item of items) {
    if (budget.members-- <= 0) break;
    if (isKeyed && Array.isArray(item)) record[safeText(item[0])] = toPlain(item[1], budget);
    else list.push(toPlain(item, budget));
  }
  return isKeyed ? record : list;
}

function* listEntries(value: object): Generator<[string, unknown]> {
  for (const key of Object.keys(value)) {
    let member: unknown;
    try {
      member = (value as Record<string, unknown>)[key];
    } catch {
      // A getter threw: its key gets this text, and the other members are kept.
      member = '[Throws]';
    }
    yield [key, member];
  }
}
