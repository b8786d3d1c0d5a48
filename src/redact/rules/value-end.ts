// Where the value ends that stands behind a secret's key.
//
//   "hunter2"      'it''s'      \"hunter2\"      \\\"hunter2\\\"      quoted, at any depth of JSON in JSON
//   %22hunter2%22               quoted, percent-encoded
//   ["a", {"b": 1}]   crypt('hunter2')            lists, objects, calls: to the bracket that closes them
//   hunter2                     bare

import { isQuote, matchAt } from './secret-range.js';

/** Brackets are followed this far; a list of secrets that is longer is masked up to here and read on from there. */
const MAX_BRACKETED = 65_536;

/** A value: what is replaced, from `start` to `end`. */
export interface ValueRange {
  readonly start: number;
  readonly end: number;
  readonly form: 'quoted' | 'bracketed' | 'bare';
}

/** A text in quotes: at `at` stands its quote, with the backslashes before it. Undefined where there is none. */
export function findQuotedValue(text: string, at: number): ValueRange | undefined {
  let quoteAt = at;
  while (text.charCodeAt(quoteAt) === 0x5c) quoteAt++;
  const quote = text.charCodeAt(quoteAt);
  if (!isQuote(quote)) return undefined;
  const start = quoteAt + 1;
  return { start, end: closingQuote(text, start, quote, quoteAt - at), form: 'quoted' };
}

/** A text between `%22` or `%27`, percent-encoded any number of times. */
export function findEncodedQuotedValue(text: string, at: number): ValueRange | undefined {
  const open = matchAt(/%(?:25){0,4}2[27]/y, text, at)?.[0];
  if (open === undefined) return undefined;
  const start = at + open.length;
  const close = text.indexOf(open, start);
  // Where the text was cut, or the quote belongs to somebody else, a blank ends it at the latest.
  const blank = text.slice(start, close < 0 ? text.length : close).search(/[\s"'<>]/);
  return { start, end: blank >= 0 ? start + blank : close < 0 ? text.length : close, form: 'quoted' };
}

/** A list, an object or the arguments of a call, brackets included. */
export function findBracketedValue(text: string, at: number): ValueRange | undefined {
  const bracket = text.charCodeAt(at);
  if (bracket !== 0x5b && bracket !== 0x7b && bracket !== 0x28) return undefined;
  const limit = Math.min(text.length, at + MAX_BRACKETED);
  let depth = 0;
  for (let i = at; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b || code === 0x28) depth++;
    else if (code === 0x5d || code === 0x7d || code === 0x29) {
      if (--depth === 0) return { start: at, end: i + 1, form: 'bracketed' };
    } else if (code === 0x22 || code === 0x27) {
      const slashes = countBackslashesBefore(text, i);
      const end = closingQuote(text, i + 1, code, slashes);
      // Closed by less than what has opened: the text around the list ends here, as the list was cut.
      if (end < text.length && !text.startsWith(text.slice(i - slashes, i + 1), end))
        return { start: at, end, form: 'bracketed' };
      i = end + slashes;
    }
  }
  return { start: at, end: limit, form: 'bracketed' };
}

/**
 * A bare value, up to a blank, a quote or what `stops` names.
 *
 * @param stops a sticky expression that matches the value
 */
export function findBareValue(text: string, at: number, stops: RegExp): ValueRange {
  let end = at + (matchAt(stops, text, at)?.[0].length ?? 0);
  // A full stop or a bracket at the end belongs to the sentence around it.
  while (end > at + 1 && ').,;]}'.includes(text.charAt(end - 1))) end--;
  return { start: at, end, form: 'bare' };
}

/** How many backslashes stand right before a place. */
export function countBackslashesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text.charCodeAt(from - 1) === 0x5c) from--;
  return at - from;
}

/**
 * The place before the quote that closes what `slashes` backslashes and a quote have opened. At that depth of JSON in
 * JSON a backslash of the value is 2(slashes + 1) of them, so what is left over tells a closing quote from an escaped
 * one; fewer than `slashes` close a text around this one.
 */
function closingQuote(text: string, start: number, quote: number, slashes: number): number {
  const mark = String.fromCharCode(quote);
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    const before = Math.min(countBackslashesBefore(text, at), at - start);
    if (before < slashes) return at - before;
    if (before % (2 * slashes + 2) !== slashes) continue;
    // SQL doubles a quote that is meant.
    if (quote === 0x27 && before === 0 && at > start && text.charCodeAt(at + 1) === 0x27) at++;
    else return at - slashes;
  }
  return text.length;
}
