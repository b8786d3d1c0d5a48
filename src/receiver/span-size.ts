// About how many bytes of memory a span takes: an estimate, good enough for a bound.

import type { Attributes, AttributeValue, FlatSpan } from '../analysis/index.js';

/** An empty span: the object, its ids, two bigints, its lists and its places in the store. */
const SPAN_BYTES = 500;
/** An event or a link without its attributes. */
const ITEM_BYTES = 150;
/** An attribute without its key and value. */
const ENTRY_BYTES = 40;

/** The estimated bytes of a span with everything it carries. */
export function estimateSpanBytes(span: FlatSpan): number {
  let bytes =
    SPAN_BYTES + span.name.length + (span.status.message?.length ?? 0) + estimateValueBytes(span.attributes);
  for (const event of span.events) bytes += ITEM_BYTES + event.name.length + estimateValueBytes(event.attributes);
  for (const link of span.links) bytes += ITEM_BYTES + estimateValueBytes(link.attributes);
  return bytes;
}

/** Recursion is bounded: the readers refuse values that nest deeply. */
function estimateValueBytes(value: AttributeValue | Attributes): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 8;
  if (value instanceof Uint8Array) return ENTRY_BYTES + value.length;
  let bytes = 0;
  for (const [key, entry] of Object.entries(value)) {
    bytes += ENTRY_BYTES + (Array.isArray(value) ? 0 : key.length) + estimateValueBytes(entry);
  }
  return bytes;
}
