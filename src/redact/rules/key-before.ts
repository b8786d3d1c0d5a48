// Finds the key before a sign.
//
//   password:      "apiKey":      \"apiKey\":      user[password]=      %2574oken=      access["token"] =

import { countBackslashesBefore } from './value-end.js';
import { isAlnum, isBlank, isQuote } from './secret-range.js';

/** The number of characters before the sign that are searched for the key. */
const MAX_KEY_LENGTH = 128;

/** A key before a sign. */
export interface Key {
  readonly name: string;
  readonly start: number;
  readonly isQuoted: boolean;
}

/**
 * Finds the key before a sign.
 *
 * @param at the position of the sign
 * @param lowestStart the key does not begin before this position
 */
export function findKeyBefore(text: string, at: number, lowestStart: number): Key | undefined {
  let end = at;
  const lowest = Math.max(lowestStart, at - MAX_KEY_LENGTH);
  while (end > lowest && at - end < 8 && isBlankOrExclamationMark(text.charCodeAt(end - 1))) end--;
  if (text.charCodeAt(end - 1) === 0x5d && isQuote(text.charCodeAt(end - 2))) end--;
  const isQuoted = isQuote(text.charCodeAt(end - 1));
  if (isQuoted) {
    end--;
    end -= Math.min(countBackslashesBefore(text, end), end - lowest);
  }
  if (end <= lowest || !isKeyChar(text.charCodeAt(end - 1))) return undefined;
  let start = end;
  while (start > lowest && isKeyChar(text.charCodeAt(start - 1))) start--;
  // `\npassword=`: the end of an escape is not part of the key.
  if (!isQuoted && text.charCodeAt(start - 1) === 0x5c && 'nrt'.includes(text.charAt(start))) start++;
  const written = text.slice(start, end);
  if (!written.includes('%')) return { name: written, start, isQuoted };
  const decoded = decodeKey(written);
  const name = /[^"'{}[\]?&;,:=\s]*["'\]]*$/.exec(decoded)?.[0].replace(/["'\]]+$/, '') ?? decoded;
  return { name, start: start + Math.max(0, written.length - name.length), isQuoted: false };
}

/** Whether a key is where a query has its keys: at the start of the text, or behind `?`, `&`, `#` or their encoded forms. */
export function isInQuery(text: string, start: number): boolean {
  if (start === 0) return true;
  const before = text[start - 1];
  return (
    before === '?' ||
    before === '&' ||
    before === '#' ||
    /%(?:25)*(?:3f|26|23)$/i.test(text.slice(Math.max(0, start - 8), start))
  );
}

/** A blank, or the exclamation mark of `!=`. */
function isBlankOrExclamationMark(code: number): boolean {
  return isBlank(code) || code === 0x21;
}

/** Decodes a key that is percent-encoded once or several times: `%2574oken`. */
function decodeKey(written: string): string {
  let key = written;
  for (let times = 0; times < 3 && key.includes('%'); times++) {
    key = key.replace(/%[0-9a-f]{2}/gi, hex => String.fromCharCode(Number.parseInt(hex.slice(1), 16)));
  }
  return key;
}

/** Letters, digits and - . _ $ % [ ] ~ */
function isKeyChar(code: number): boolean {
  return (
    isAlnum(code) ||
    code === 0x2d ||
    code === 0x2e ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x25 ||
    code === 0x5b ||
    code === 0x5d ||
    code === 0x7e
  );
}
