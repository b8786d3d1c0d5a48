// What is remembered of an attribute of spans of one kind, so that most of its values need not be looked at: those that
// come again, and those that differ from others in a number only.

import type { Verdict } from '../rules/keys.js';
import { fits, type Template, templateOf } from './template.js';

/** A key among those of a kind. */
export interface Place {
  readonly key: string;
  readonly verdict: Verdict;
  /** The last two values that held no secret: most keys have few values, and those come again. */
  clean: string | undefined;
  cleanBefore: string | undefined;
  /** How many values in a row were new: after some, the next are not compared and not kept. */
  news: number;
  /** The last value in which nothing was suspicious, and how such values are made. */
  ordinary: string | undefined;
  template: Template | undefined;
  /** How often a template was made. */
  lessons: number;
  /** The key that came next the last time: comparing it is quicker than looking one up. */
  next: Place | undefined;
}

/** So many new values in a row say that a key has a new one each time. */
const MAX_NEWS = 32;
/** Now and then they are compared again: what varied at the start may not for ever. */
const AGAIN = 0xfff;
/** Longer values are not kept to compare the next one with. */
export const MAX_CLEAN = 512;
const MAX_LESSONS = 16;

/** Makes the place of a key. */
export function createPlace(key: string, verdict: Verdict): Place {
  return {
    key,
    // The keys of queries are secrets in URLs only.
    verdict: verdict === 'query' ? 'plain' : verdict,
    clean: undefined,
    cleanBefore: undefined,
    news: 0,
    ordinary: undefined,
    template: undefined,
    lessons: 0,
    next: undefined,
  };
}

/** Whether a text needs no look, as it was looked at before, or all but a number in it was. */
export function isKnown(place: Place, text: string): boolean {
  if (place.template !== undefined && fits(place.template, text)) return true;
  if (place.news >= MAX_NEWS) {
    place.news = (place.news + 1) & AGAIN;
    return false;
  }
  if (text === place.clean || text === place.cleanBefore) {
    place.news = 0;
    return true;
  }
  place.news++;
  return false;
}

/**
 * Remembers a text that held no secret.
 *
 * @param isOrdinary whether there was nothing suspicious in it
 */
export function remember(place: Place, text: string, isOrdinary: boolean): void {
  if (place.news >= MAX_NEWS || text.length > MAX_CLEAN) return;
  place.cleanBefore = place.clean;
  place.clean = text;
  if (!isOrdinary) return;
  if (place.ordinary !== undefined && place.lessons < MAX_LESSONS) {
    place.lessons++;
    place.template = templateOf(place.ordinary, text) ?? place.template;
  }
  place.ordinary = text;
}
