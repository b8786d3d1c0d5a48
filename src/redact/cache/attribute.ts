// The cache of one attribute of spans with one name. With it, most values need no search for secrets: those that were
// searched before, and those that differ from a searched value in one part only, such as a number.

import type { KeyKind } from '../rules/key-classifier.js';
import { deriveTemplate, matchesTemplate, type ValueTemplate } from './template.js';

/** The cache of one attribute. */
export interface AttributeCache {
  readonly key: string;
  readonly keyKind: KeyKind;
  /** The last two values without a secret: most attributes have few values, and these come again. */
  lastClean: string | undefined;
  previousClean: string | undefined;
  /** The number of consecutive values that were in neither. Above a limit the next values are neither compared nor stored. */
  unseenInARow: number;
  /** The last value without a candidate place, and the template of such values. */
  lastUnsuspicious: string | undefined;
  template: ValueTemplate | undefined;
  templatesDerived: number;
  /** The attribute that followed in the last span. Comparing its key is faster than a lookup. */
  next: AttributeCache | undefined;
}

/** After this many new values in a row the attribute counts as one with a new value each time. */
const MAX_UNSEEN_IN_A_ROW = 32;
/** After 4,096 values they are compared again, because an attribute that varies at first may settle. */
const RECHECK_MASK = 0xfff;
/** Longer values are not stored. */
export const MAX_CACHED_LENGTH = 512;
const MAX_TEMPLATES = 16;

/** Creates an empty cache. */
export function createAttributeCache(key: string, keyKind: KeyKind): AttributeCache {
  return {
    key,
    // The keys of queries name secrets in URLs only.
    keyKind: keyKind === 'query' ? 'plain' : keyKind,
    lastClean: undefined,
    previousClean: undefined,
    unseenInARow: 0,
    lastUnsuspicious: undefined,
    template: undefined,
    templatesDerived: 0,
    next: undefined,
  };
}

/** Whether a text is known to hold no secret, because it, or all of it but one part, was searched before. */
export function isKnownClean(cache: AttributeCache, text: string): boolean {
  if (cache.template !== undefined && matchesTemplate(cache.template, text)) return true;
  if (cache.unseenInARow >= MAX_UNSEEN_IN_A_ROW) {
    cache.unseenInARow = (cache.unseenInARow + 1) & RECHECK_MASK;
    return false;
  }
  if (text === cache.lastClean || text === cache.previousClean) {
    cache.unseenInARow = 0;
    return true;
  }
  cache.unseenInARow++;
  return false;
}

/**
 * Stores a text that holds no secret.
 *
 * @param isUnsuspicious whether it has no candidate place either
 */
export function rememberClean(cache: AttributeCache, text: string, isUnsuspicious: boolean): void {
  if (cache.unseenInARow >= MAX_UNSEEN_IN_A_ROW || text.length > MAX_CACHED_LENGTH) return;
  cache.previousClean = cache.lastClean;
  cache.lastClean = text;
  if (!isUnsuspicious) return;
  if (cache.lastUnsuspicious !== undefined && cache.templatesDerived < MAX_TEMPLATES) {
    cache.templatesDerived++;
    cache.template = deriveTemplate(cache.lastUnsuspicious, text) ?? cache.template;
  }
  cache.lastUnsuspicious = text;
}
