// A secret behind its key: wherever `:`, `=` or their percent-encoded forms stand, what is before them may be the key.
//
//   ?token=abc&sig=…      password: hunter2      "apiKey":"…"      \"apiKey\":\"…\"      %22pwd%22%3A%22…%22
//   Authorization: Bearer …      Cookie: a=b; c=d      Server=db;Password=my pass;Database=x      'secret' => 'x'

import type { KeyClassifier, KeyKind } from './key-classifier.js';
import { isAlnum, isBlank, isQuote, matchAt, type SecretRange } from './secret-range.js';
import {
  findBareValue,
  findBracketedValue,
  findEncodedQuotedValue,
  findQuotedValue,
  countBackslashesBefore,
} from './value-end.js';
import { NON_SECRET_VALUES } from './key-vocabulary.js';

/** How far a key is looked for before its sign, in characters. */
const MAX_KEY = 128;

const QUERY_VALUE = /[^&#\s"'<>`\\]*/y;
/** The quotes of a cookie's value do not end a line that nobody has put in quotes. */
const COOKIE_LINE = /(?:[^\r\n\\"]|"[^"\r\n\\]{0,4096}"|\\"[^"\r\n\\]{0,4096}\\")*/y;
const SCHEMES: ReadonlySet<string> = new Set('bearer basic digest token negotiate apikey hawk'.split(' '));
const PLAIN_VALUE = /[^\s"'`<>&;\\]*/y;
const ENCODED_BARE = /(?:[^%\s"'<>&]|%(?!(?:25)*(?:2[2c67]|7d|5d|0[ad]|20|3b)))*/iy;
/** The rest of a value that holds blanks, up to the semicolon before the next pair of a connection string. */
const CONNECTION_VALUE = /[^;=:"'\r\n]{1,256}(?=;\s{0,4}[A-Za-z][\w .]{0,40}=)/y;
const LAST_CONNECTION_VALUE = /[^;"\r\n]*/y;

/** What stands for a value: `?`, `$1`, `:name`, `@p0`, `%s`, `{name}`, `<name>`, `***`, `[FILTERED]`. */
const PLACEHOLDER =
  /^(?:\?|\$\d+|[:@]\w+|%s|%\(\w+\)s|\$?\{{1,2}[\w. ]*\}{1,2}|<[\w ]*>|\*+|\[?(?:redacted|filtered|masked)\]?|\.{3}|…)?$/i;

/** A key as it stands before a sign. */
interface Key {
  readonly name: string;
  readonly start: number;
  readonly quoted: boolean;
}

/**
 * The secret behind the sign at a place.
 *
 * @param at where `:`, `=` or `%3A`, `%3D` begins
 * @param length of the sign
 * @param floor keys do not begin before this place
 */
export function findKeyValueSecret(
  text: string,
  at: number,
  length: number,
  floor: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  const key = keyBefore(text, at, floor);
  if (key === undefined) return undefined;
  const verdict = keys.classify(key.name);
  if (verdict === 'plain' || (verdict === 'query' && !isInQuery(text, key.start))) return undefined;
  const isColon = length === 1 && text.charCodeAt(at) === 0x3a;
  // `Token::parse` is a name, `token://` a URL.
  if (isColon && (text.startsWith('//', at + 1) || text.charCodeAt(at + 1) === 0x3a)) return undefined;
  if (isColon && isResourceName(text, key.start)) return undefined;
  return valueAfter(text, at + length, { key, verdict, isColon, isEncoded: length > 1 }, keys);
}

/**
 * Whether what stands under a secret's key is none: a placeholder, an empty text, `true`, a short number under `token`.
 *
 * @param verdict on the key
 */
export function isNonSecretValue(value: string, verdict: KeyKind): boolean {
  if (value.length > 64) return false;
  if (PLACEHOLDER.test(value) || NON_SECRET_VALUES.has(value.toLowerCase())) return true;
  if (verdict === 'query') return value.length < 10 && /^(?:[a-z]+|\d+)$/i.test(value);
  return verdict === 'token' && /^\d{1,7}(?:\.\d+)?$/.test(value);
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-db`: the name of a secret is none. */
function isResourceName(text: string, start: number): boolean {
  return /\barn:[\w-]*:secretsmanager:[\w-]*:\d*:$/.test(text.slice(Math.max(0, start - 80), start));
}

interface Found {
  readonly key: Key;
  readonly verdict: KeyKind;
  readonly isColon: boolean;
  readonly isEncoded: boolean;
}

function valueAfter(text: string, from: number, found: Found, keys: KeyClassifier): SecretRange | undefined {
  const { key, verdict, isColon, isEncoded } = found;
  let at = from;
  // Blanks, and the rest of `==`, `=>`, `:=`.
  while (at - from < 16 && (isBlank(text.charCodeAt(at)) || text[at] === '=' || text[at] === '>')) at++;
  // JSON may go on in the next line.
  if (found.key.quoted) at += matchAt(/(?:\s|\\{1,7}[nrt]){0,64}/y, text, at)?.[0].length ?? 0;
  const isApart = at > from;
  // N'text' and E'text' of SQL, b'text' of Python.
  const prefixed = /[a-z]/i.test(text.charAt(at)) && isQuote(text.charCodeAt(at + 1)) ? 1 : 0;
  const quoted = findQuotedValue(text, at + prefixed) ?? findEncodedQuotedValue(text, at);
  if (quoted !== undefined) {
    if (isNonSecretValue(text.slice(quoted.start, quoted.end), verdict)) return undefined;
    return { start: quoted.start, end: quoted.end, key: key.name };
  }
  if (isEncoded) return bare(text, at, ENCODED_BARE, found);
  const quote = key.quoted ? quoteOf(text, key) : undefined;
  const placeholder = matchAt(/(?:\$?\{{1,2}[\w. ]{0,64}\}{1,2}|<[\w ]{0,64}>)(?=[\s,;&)"']|$)/y, text, at);
  if (placeholder !== null) return undefined;
  const bracketed = findBracketedValue(text, at);
  if (bracketed !== undefined && bracketed.end - bracketed.start > 2) {
    if (isNonSecretValue(text.slice(bracketed.start, bracketed.end), verdict)) return undefined;
    return { start: bracketed.start, end: bracketed.end, key: key.name, ...(quote ? { quote } : {}) };
  }
  if (verdict === 'header' && isColon) return headerValue(text, at, found);
  if (isInQuery(text, key.start) && key.start > 0) return bare(text, at, QUERY_VALUE, found);
  if (!isColon && text[key.start - 1] === ';') return bare(text, at, LAST_CONNECTION_VALUE, found);
  if (!isColon && matchAt(CONNECTION_VALUE, text, at) !== null)
    return bare(text, at, CONNECTION_VALUE, found);
  // `password = crypt('x')`: the secret is inside the call. What is behind it has not been read yet, as it will be again.
  const call = matchAt(/[\w.]+\(/y, text, at)?.[0];
  const inside = call === undefined ? undefined : findBracketedValue(text, at + call.length - 1);
  if (inside !== undefined) return { start: at, end: inside.end, key: key.name };
  const range = bare(text, at, PLAIN_VALUE, found);
  if (range === undefined) return undefined;
  const value = text.slice(range.start, range.end);
  // `t.token = s.token`: a column, not a value.
  if (isShort(range) && /^[a-z_]\w*\.[a-z_]\w*$/i.test(value) && keys.classify(value) !== 'plain')
    return undefined;
  if (isColon && !key.quoted && isProse(text, range, isApart, verdict)) return undefined;
  return quote ? { ...range, quote } : range;
}

function bare(text: string, at: number, stops: RegExp, { key, verdict }: Found): SecretRange | undefined {
  const { start, end } = findBareValue(text, at, stops);
  if (end === start || isNonSecretValue(text.slice(start, end), verdict)) return undefined;
  return { start, end, key: key.name };
}

/** A header goes on to the end of its line, or to the quote that was opened before its name. */
function headerValue(text: string, at: number, found: Found): SecretRange | undefined {
  // "authorization: please sign in". What is looked at and left must be short, or long texts would take long.
  const first = matchAt(/([A-Za-z]{1,32}) [a-z]+\b/y, text, at)?.[1]?.toLowerCase();
  if (first !== undefined && !SCHEMES.has(first)) return undefined;
  const { key, verdict } = found;
  const isOpened = isQuote(text.charCodeAt(key.start - 1));
  const range = isOpened ? quotedLine(text, at, key, verdict) : bare(text, at, COOKIE_LINE, found);
  const isWord = range !== undefined && isShort(range) && /^[a-z]+$/.test(text.slice(range.start, range.end));
  return isWord ? undefined : range;
}

/** What is left of the text in quotes that a header stands in, or of its line there. */
function quotedLine(text: string, at: number, key: Key, verdict: KeyKind): SecretRange | undefined {
  const whole = findQuotedValue(text, key.start - 1 - countBackslashesBefore(text, key.start - 1));
  const rest = text.slice(at, whole?.end);
  const line = rest.search(/[\r\n]|\\[rn]/);
  const value = line < 0 ? rest : rest.slice(0, line);
  if (value === '' || isNonSecretValue(value, verdict)) return undefined;
  return { start: at, end: at + value.length, key: key.name };
}

/** "Invalid token: unexpected end": a word in a sentence, no secret. */
function isProse(text: string, range: SecretRange, isApart: boolean, verdict: KeyKind): boolean {
  if (!isShort(range)) return false;
  const value = text.slice(range.start, range.end);
  // `token:user:42` is how keys of caches look.
  if (!isApart && (value.includes(':') || (verdict === 'token' && /^[a-z]+$/i.test(value)))) return true;
  return /^[a-z]+$/i.test(value) && /^[,;:]? [a-z(]/i.test(text.slice(range.end, range.end + 3));
}

/** What is looked at and left must be short: it is looked at again for the next sign in it. */
function isShort({ start, end }: SecretRange): boolean {
  return end - start <= 128;
}

function keyBefore(text: string, at: number, floor: number): Key | undefined {
  let end = at;
  const lowest = Math.max(floor, at - MAX_KEY);
  while (end > lowest && at - end < 8 && isBlankOrNot(text.charCodeAt(end - 1))) end--;
  if (text.charCodeAt(end - 1) === 0x5d && isQuote(text.charCodeAt(end - 2))) end--;
  const quoted = isQuote(text.charCodeAt(end - 1));
  if (quoted) {
    end--;
    end -= Math.min(countBackslashesBefore(text, end), end - lowest);
  }
  if (end <= lowest || !isKeyChar(text.charCodeAt(end - 1))) return undefined;
  let start = end;
  while (start > lowest && isKeyChar(text.charCodeAt(start - 1))) start--;
  // `\npassword=`: the end of an escape is no part of the key.
  if (!quoted && text.charCodeAt(start - 1) === 0x5c && 'nrt'.includes(text.charAt(start))) start++;
  const written = text.slice(start, end);
  if (!written.includes('%')) return { name: written, start, quoted };
  const decoded = decodedKey(written);
  const name = /[^"'{}[\]?&;,:=\s]*["'\]]*$/.exec(decoded)?.[0].replace(/["'\]]+$/, '') ?? decoded;
  return { name, start: start + Math.max(0, written.length - name.length), quoted: false };
}

/** A blank, or the exclamation mark of `!=`. */
function isBlankOrNot(code: number): boolean {
  return isBlank(code) || code === 0x21;
}

/** A key may hide behind percent-encoding, once or several times over: `%2574oken`. */
function decodedKey(written: string): string {
  let key = written;
  for (let times = 0; times < 3 && key.includes('%'); times++) {
    key = key.replace(/%[0-9a-f]{2}/gi, hex => String.fromCharCode(Number.parseInt(hex.slice(1), 16)));
  }
  return key;
}

function isKeyChar(code: number): boolean {
  // Letters, digits and - . _ $ % [ ] ~
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

/** Whether a key stands where a query has its keys: at the start, or behind `?`, `&`, `#` or their encoded forms. */
function isInQuery(text: string, start: number): boolean {
  if (start === 0) return true;
  const before = text[start - 1];
  return (
    before === '?' ||
    before === '&' ||
    before === '#' ||
    /%(?:25)*(?:3f|26|23)$/i.test(text.slice(start - 8, start))
  );
}

/** The quote around the key, with its backslashes: what a list or a number behind it is replaced with wears the same. */
function quoteOf(text: string, key: Key): string {
  const slashes = countBackslashesBefore(text, key.start - 1);
  return text.slice(key.start - 1 - slashes, key.start);
}
