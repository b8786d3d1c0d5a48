// Estimates the memory that a span takes. The estimate is good enough for a limit.

import type { Attributes, AttributeValue, FlatSpan } from '../analysis/index.js';

/** Bytes of an empty span: the object, its ids, two bigints, its lists and its entries in the store. */
const SPAN_BYTES = 500;
/** Bytes of an event or a link without its attributes. */
const ITEM_BYTES = 150;
/** Bytes of an attribute without its key and value. */
const ATTRIBUTE_BYTES = 40;

/** Estimates the bytes of a span with its attributes, events and links. */
export function estimateSpanBytes(span: FlatSpan): number {
  let bytes =
    SPAN_BYTES + span.name.length + (span.status.message?.length ?? 0) + estimateValueBytes(span.attributes);
  for (const event of span.events)
    bytes += ITEM_BYTES + event.name.length + estimateValueBytes(event.attributes);
  for (const link of span.links) bytes += ITEM_BYTES + estimateValueBytes(link.attributes);
  return bytes;
}

/** The recursion is bounded, because the readers reject values that are nested deeply. */
function estimateValueBytes(value: AttributeValue | Attributes): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 8;
  if (value instanceof Uint8Array) return ATTRIBUTE_BYTES + value.length;
  let bytes = 0;
  for (const [key, entry] of Object.entries(value)) {
    bytes += ATTRIBUTE_BYTES + (Array.isArray(value) ? 0 : key.length) + estimateValueBytes(entry);
  }
  return bytes;
}
