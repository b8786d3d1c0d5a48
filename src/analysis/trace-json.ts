// A trace as JSON: the rows of the tree with attributes, events and links. It is a flat list, because JSON.stringify and
// JSON.parse would overflow on a tree of 100,000 levels.

import { summarize, type TraceSummary } from './trace-summary.js';
import { buildRows, type TreeRow } from './tree-rows.js';
import type { Attributes, AttributeValue, Trace } from './types.js';

/** A value that JSON can represent. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A row of the tree with the details of its span. */
export interface JsonSpan extends TreeRow {
  readonly attributes: JsonValue;
  readonly events: readonly {
    readonly name: string;
    readonly timeNs: number;
    readonly attributes: JsonValue;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: JsonValue;
  }[];
}

/** A whole trace, ready for `JSON.stringify`. */
export interface JsonTrace extends TraceSummary {
  /** The number of this form. It changes when a member is removed or gets another meaning. New members do not change it. */
  readonly schema: 1;
  /** In the order of the tree. */
  readonly spans: readonly JsonSpan[];
}

/**
 * Converts a trace to a value for `JSON.stringify`. Big integers become decimal digits, bytes base64, `NaN` and infinities
 * their names.
 *
 * @param trace a trace from `readTraces`
 */
export function traceJson(trace: Trace): JsonTrace {
  return {
    schema: 1,
    ...summarize(trace),
    spans: buildRows(trace).map(({ span, row }) => ({
      ...row,
      attributes: toJsonAttributes(span.attributes),
      events: span.events.map(event => ({
        name: event.name,
        timeNs: event.time,
        attributes: toJsonAttributes(event.attributes),
      })),
      links: span.links.map(link => ({ ...link, attributes: toJsonAttributes(link.attributes) })),
    })),
  };
}

function toJsonAttributes(attributes: Attributes): JsonValue {
  // Object.fromEntries defines each key, so that `__proto__` stays a key.
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, toJsonValue(value)]));
}

function toJsonValue(value: AttributeValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return btoa(Array.from(value, byte => String.fromCharCode(byte)).join(''));
  return Array.isArray(value) ? value.map(toJsonValue) : toJsonAttributes(value);
}
