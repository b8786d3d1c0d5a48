// A trace as JSON: the rows of the tree with everything the spans carry. Flat, because a tree of 100,000
// levels would overflow whoever writes or reads it.

import { type TraceSummary, type TreeRow, summarize, rowsWithSpans } from './tree-rows.js';
import type { Attributes, AttributeValue, Trace } from './types.js';

/** A value that JSON can say. */
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
  /** In the order of the tree. */
  readonly spans: readonly JsonSpan[];
}

/**
 * The trace as a value for `JSON.stringify`: big integers as decimal digits, bytes as base64,
 * `NaN` and infinities as their names.
 *
 * @param trace as `readTraces` gives it
 */
export function traceJson(trace: Trace): JsonTrace {
  return {
    ...summarize(trace),
    spans: rowsWithSpans(trace).map(({ span, row }) => ({
      ...row,
      attributes: jsonAttributes(span.attributes),
      events: span.events.map(event => ({
        name: event.name,
        timeNs: event.time,
        attributes: jsonAttributes(event.attributes),
      })),
      links: span.links.map(link => ({ ...link, attributes: jsonAttributes(link.attributes) })),
    })),
  };
}

function jsonAttributes(attributes: Attributes): JsonValue {
  // fromEntries defines its keys, so that `__proto__` stays a key.
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, jsonValue(value)]));
}

function jsonValue(value: AttributeValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Uint8Array) return btoa(Array.from(value, byte => String.fromCharCode(byte)).join(''));
  return Array.isArray(value) ? value.map(jsonValue) : jsonAttributes(value);
}
