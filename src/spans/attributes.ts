// What may stand as an attribute's value, and what becomes of everything else.
// https://opentelemetry.io/docs/specs/otel/common/#attribute
//
//   string, number, boolean, arrays of one of them (null allowed inside)   as they are; arrays are copied
//   Date                       ISO text          2026-01-31T10:00:00.000Z
//   bigint                     decimal text      12345678901234567890
//   URL, Error                 text              https://a.example/   TypeError: no such thing
//   plain objects, mixed arrays, Map, Set, objects with toJSON   JSON text, bounded in depth, members and length
//   null, undefined            nothing is set, nothing is said
//   functions, symbols, bytes, invalid dates     dropped

import { types } from 'node:util';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { pluralize } from '../core/pluralize.js';
import { safeText } from '../core/diagnostics.js';

/** How deep an object is followed before `"[…]"` stands for the rest. */
const MAX_DEPTH = 6;
/** How many members of an object in all are written. */
const MAX_MEMBERS = 512;
/** Characters of one text inside an object, and of the whole JSON text. */
const MAX_TEXT = 16_384;

/**
 * A value as OpenTelemetry can carry it. Never throws: getters, `toJSON` and proxies that do are survived.
 *
 * @returns undefined where nothing sensible can be made of it
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
    return Array.isArray(value) ? fromArray(value) : fromObject(value);
  } catch {
    // A getter, a toJSON or a proxy threw: the attribute is lost (the caller says so), the application is not.
    return undefined;
  }
}

/**
 * Attributes as OpenTelemetry can carry them: a copy in which every value is one of its kinds.
 *
 * @param attributes whatever was given; anything but an object gives no attributes
 * @param onDropped told the key of each attribute that had a value but could not be kept
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
 * Calls back for each own, enumerable, non-empty key; a key whose getter throws is reported instead.
 *
 * @param attributes whatever was given
 */
export function forEachAttribute(
  attributes: unknown,
  each: (key: string, value: unknown) => void,
  onDropped?: (key: string) => void,
): void {
  if (typeof attributes !== 'object' || attributes === null) return;
  for (const key of ownKeys(attributes)) {
    if (key === '') {
      onDropped?.(key);
      continue;
    }
    let value: unknown;
    try {
      value = (attributes as Record<string, unknown>)[key];
    } catch {
      // A getter threw: this one attribute is lost, the others are not.
      onDropped?.(key);
      continue;
    }
    each(key, value);
  }
}

/** Sets a key that may be `__proto__`: a plain assignment would change the object's prototype instead. */
export function defineAttribute(target: Attributes, key: string, value: AttributeValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

function ownKeys(value: object): readonly string[] {
  try {
    return Object.keys(value);
  } catch {
    // A revoked proxy, or a proxy whose ownKeys trap throws: it has no keys to offer.
    return [];
  }
}

function fromArray(values: readonly unknown[]): AttributeValue | undefined {
  let kind: string | undefined;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    const type = typeof value;
    if (kind === undefined) kind = type;
    if (type !== kind || (type !== 'string' && type !== 'number' && type !== 'boolean'))
      return toJson(values);
  }
  // Every element is null, undefined or of the one kind found above.
  return values.slice() as string[];
}

function fromObject(value: object): AttributeValue | undefined {
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
  /** Members that may still be written. */
  members: number;
  /** The objects that enclose the one at hand, to find cycles. */
  readonly path: object[];
}

/** The value as JSON.stringify can write it: no cycles, no getters left to throw, bounded. */
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
    return membersOf(value, budget);
  } catch {
    // A getter, a toJSON or a proxy threw somewhere inside: the rest of the object is still worth having.
    return '[Throws]';
  } finally {
    budget.path.pop();
  }
}

function membersOf(value: object, budget: Budget): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return safeText(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `[${pluralize(value.byteLength, 'byte')}]`;
  const toJSON: unknown = (value as { toJSON?: unknown }).toJSON;
  if (typeof toJSON === 'function') return toPlain(toJSON.call(value), budget);
  if (value instanceof Map) return listed(value.entries(), budget, true);
  if (value instanceof Set) return listed(value.values(), budget, false);
  if (Array.isArray(value)) return listed(value.values(), budget, false);
  return listed(entriesOf(value), budget, true);
}

function listed(items: Iterable<unknown>, budget: Budget, keyed: boolean): unknown {
  const list: unknown[] = [];
  const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const item of items) {
    if (budget.members-- <= 0) break;
    if (keyed && Array.isArray(item)) record[safeText(item[0])] = toPlain(item[1], budget);
    else list.push(toPlain(item, budget));
  }
  return keyed ? record : list;
}

function* entriesOf(value: object): Generator<[string, unknown]> {
  for (const key of Object.keys(value)) {
    let member: unknown;
    try {
      member = (value as Record<string, unknown>)[key];
    } catch {
      // One getter threw: its key says so, and the others are written.
      member = '[Throws]';
    }
    yield [key, member];
  }
}
