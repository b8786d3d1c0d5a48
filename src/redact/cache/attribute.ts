// What is remembered of an attribute of spans of one kind, so that most of its values need not be looked at: those that
// come again, and those that differ from others in a number only.

import type { KeyKind } from '../rules/key-classifier.js';
import { matchesTemplate, type ValueTemplate, deriveTemplate } from './template.js';

/** A key among those of a kind. */
export interface AttributeCache {
  readonly key: string;
  readonly keyKind: KeyKind;
  /** The last two values that held no secret: most keys have few values, and those come again. */
  lastClean: string | undefined;
  previousClean: string | undefined;
  /** How many values in a row were new: after some, the next are not compared and not kept. */
  unseenInARow: number;
  /** The last value in which nothing was suspicious, and how such values are made. */
  lastUnsuspicious: string | undefined;
  template: ValueTemplate | undefined;
  /** How often a template was made. */
  templatesMade: number;
  /** The key that came next the last time: comparing it is quicker than looking one up. */
  next: AttributeCache | undefined;
}

/** So many new values in a row say that a key has a new one each time. */
const MAX_NEWS = 32;
/** Now and then they are compared again: what varied at the start may not for ever. */
const AGAIN = 0xfff;
/** Longer values are not kept to compare the next one with. */
export const MAX_CACHED_LENGTH = 512;
const MAX_LESSONS = 16;

/** Makes the place of a key. */
export function createAttributeCache(key: string, verdict: KeyKind): AttributeCache {
  return {
    key,
    // The keys of queries are secrets in URLs only.
    keyKind: verdict === 'query' ? 'plain' : verdict,
    lastClean: undefined,
    previousClean: undefined,
    unseenInARow: 0,
    lastUnsuspicious: undefined,
    template: undefined,
    templatesMade: 0,
    next: undefined,
  };
}

/** Whether a text needs no look, as it was looked at before, or all but a number in it was. */
export function isKnownClean(place: AttributeCache, text: string): boolean {
  if (place.template !== undefined && matchesTemplate(place.template, text)) return true;
  if (place.unseenInARow >= MAX_NEWS) {
    place.unseenInARow = (place.unseenInARow + 1) & AGAIN;
    return false;
  }
  if (text === place.lastClean || text === place.previousClean) {
    place.unseenInARow = 0;
    return true;
  }
  place.unseenInARow++;
  return false;
}

/**
 * Remembers a text that held no secret.
 *
 * @param isOrdinary whether there was nothing suspicious in it
 */
export function rememberClean(place: AttributeCache, text: string, isOrdinary: boolean): void {
  if (place.unseenInARow >= MAX_NEWS || text.length > MAX_CACHED_LENGTH) return;
  place.previousClean = place.lastClean;
  place.lastClean = text;
  if (!isOrdinary) return;
  if (place.lastUnsuspicious !== undefined && place.templatesMade < MAX_LESSONS) {
    place.templatesMade++;
    place.template = deriveTemplate(place.lastUnsuspicious, text) ?? place.template;
  }
  place.lastUnsuspicious = text;
}
