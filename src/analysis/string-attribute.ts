// Attributes that are only useful as text.

import type { Attributes } from './types.js';

/**
 * Returns the value of an attribute if it is a string that is not empty.
 *
 * @param attributes attributes of a span, an event or a resource
 * @param key the attribute's key
 */
export function getStringAttribute(attributes: Attributes, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
