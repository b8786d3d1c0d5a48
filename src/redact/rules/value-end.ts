// Finds the end of the value behind the key of a secret.
//
//   "hunter2"      'it''s'      \"hunter2\"      \\\"hunter2\\\"      quoted, at any depth of JSON in JSON
//   %22hunter2%22               quoted, percent-encoded
//   ["a", {"b": 1}]   crypt('hunter2')            lists, objects, calls: to the closing bracket
//   hunter2                     bare

import { isQuote, matchAt } from './secret-range.js';

/** Brackets are followed this far. A longer list is masked up to this length, and the search continues behind it. */
const MAX_BRACKETED_LENGTH = 65_536;

/** The range of a value, which is replaced. */
export interface ValueRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the text in quotes at a position.
 *
 * @param at the position of the opening quote, or of the backslashes before it
 * @returns undefined if there is no quote
 */
export function findQuotedValue(text: string, at: number): ValueRange | undefined {
  let quoteAt = at;
  while (text.charCodeAt(quoteAt) === 0x5c) quoteAt++;
  const quote = text.charCodeAt(quoteAt);
  if (!isQuote(quote)) return undefined;
  const start = quoteAt + 1;
  return { start, end: findClosingQuote(text, start, quote, quoteAt - at) };
}

/** Finds the text between `%22` or `%27`, percent-encoded once or several times. */
export function findEncodedQuotedValue(text: string, at: number): ValueRange | undefined {
  const open = matchAt(/%(?:25){0,4}2[27]/y, text, at)?.[0];
  if (open === undefined) return undefined;
  const start = at + open.length;
  const close = text.indexOf(open, start);
  // If the text was cut, or the next quote belongs to another value, a blank ends the value.
  const blank = text.slice(start, close < 0 ? text.length : close).search(/[\s"'<>]/);
  return { start, end: blank >= 0 ? start + blank : close < 0 ? text.length : close };
}

/** Finds a list, an object or the arguments of a call, brackets included. */
export function findBracketedValue(text: string, at: number): ValueRange | undefined {
  const bracket = text.charCodeAt(at);
  if (bracket !== 0x5b && bracket !== 0x7b && bracket !== 0x28) return undefined;
  const limit = Math.min(text.length, at + MAX_BRACKETED_LENGTH);
  let depth = 0;
  for (let i = at; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b || code === 0x28) depth++;
    else if (code === 0x5d || code === 0x7d || code === 0x29) {
      if (--depth === 0) return { start: at, end: i + 1 };
    } else if (code === 0x22 || code === 0x27) {
      const slashes = countBackslashesBefore(text, i);
      const end = findClosingQuote(text, i + 1, code, slashes);
      // Closed with fewer backslashes than opened: the text around the list ends at this quote, so the list was cut.
      if (end < text.length && !text.startsWith(text.slice(i - slashes, i + 1), end))
        return { start: at, end };
      i = end + slashes;
    }
  }
  return { start: at, end: limit };
}

/**
 * Finds a value without quotes.
 *
 * @param expression a sticky expression that matches the value
 */
export function findBareValue(text: string, at: number, expression: RegExp): ValueRange {
  let end = at + (matchAt(expression, text, at)?.[0].length ?? 0);
  // A full stop or a bracket at the end belongs to the sentence around the value.
  while (end > at + 1 && ').,;]}'.includes(text.charAt(end - 1))) end--;
  return { start: at, end };
}

/** Counts the backslashes directly before a position. */
export function countBackslashesBefore(text: string, at: number): number {
  let from = at;
  while (from > 0 && text.charCodeAt(from - 1) === 0x5c) from--;
  return at - from;
}

/**
 * Finds the end of a text that was opened by `slashes` backslashes and a quote. At that depth of JSON in JSON, a backslash of
 * the value is written as 2(slashes + 1) backslashes. So the remainder of the division distinguishes a closing quote from an
 * escaped one. A quote with fewer than `slashes` backslashes closes a text around this one.
 */
function findClosingQuote(text: string, start: number, quote: number, slashes: number): number {
  const mark = String.fromCharCode(quote);
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    const before = Math.min(countBackslashesBefore(text, at), at - start);
    if (before < slashes) return at - before;
    if (before % (2 * slashes + 2) !== slashes) continue;
    // SQL doubles a quote inside a text.
    if (quote === 0x27 && before === 0 && at > start && text.charCodeAt(at + 1) === 0x27) at++;
    else return at - slashes;
  }
  return text.length;
}
