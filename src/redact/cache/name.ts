// The caches of the attributes of spans, or events, with one name. They have the same keys in the same order, and often the
// same values.

import { type AttributeCache, createAttributeCache } from './attribute.js';

/** The cache of one name. */
export interface NameCache {
  /** The name without secrets. */
  readonly name: string;
  /** By key. */
  readonly attributes: Map<string, AttributeCache>;
  /** An entry before the first attribute: its `next` is the first attribute of the last span. */
  readonly first: AttributeCache;
}

/** Creates an empty cache. */
export function createNameCache(name: string): NameCache {
  return { name, attributes: new Map(), first: createAttributeCache('', 'plain') };
}
