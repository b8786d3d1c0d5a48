// Finds a secret behind its key. The text before a `:`, a `=` or their percent-encoded forms may be a key.
//
//   ?token=abc&sig=…      password: hunter2      "apiKey":"…"      \"apiKey\":\"…\"      %22pwd%22%3A%22…%22
//   Authorization: Bearer …      Cookie: a=b; c=d      Server=db;Password=my pass;Database=x      'secret' => 'x'

import { type Key, isInQuery, findKeyBefore } from './key-before.js';
import type { KeyClassifier, KeyKind } from './key-classifier.js';
import { NON_SECRET_VALUES } from './key-vocabulary.js';
import { isBlank, isQuote, matchAt, type SecretRange } from './secret-range.js';
import {
  countBackslashesBefore,
  findBareValue,
  findBracketedValue,
  findEncodedQuotedValue,
  findQuotedValue,
} from './value-end.js';

const QUERY_VALUE = /[^&#\s"'<>`\\]*/y;
/** The rest of a header's line. Quotes inside the value of a cookie do not end a line that is not in quotes. */
const COOKIE_LINE = /(?:[^\r\n\\"]|"[^"\r\n\\]{0,4096}"|\\"[^"\r\n\\]{0,4096}\\")*/y;
const SCHEMES: ReadonlySet<string> = new Set('bearer basic digest token negotiate apikey hawk'.split(' '));
const PLAIN_VALUE = /[^\s"'`<>&;\\]*/y;
const ENCODED_BARE_VALUE = /(?:[^%\s"'<>&]|%(?!(?:25)*(?:2[2c67]|7d|5d|0[ad]|20|3b)))*/iy;
/** The rest of a value with blanks, up to the semicolon before the next pair of a connection string. */
const CONNECTION_VALUE = /[^;=:"'\r\n]{1,256}(?=;\s{0,4}[A-Za-z][\w .]{0,40}=)/y;
const LAST_CONNECTION_VALUE = /[^;"\r\n]*/y;

/** Placeholders: `?`, `$1`, `:name`, `@p0`, `%s`, `{name}`, `<name>`, `***`, `[FILTERED]`. */
const PLACEHOLDER =
  /^(?:\?|\$\d+|[:@]\w+|%s|%\(\w+\)s|\$?\{{1,2}[\w. ]*\}{1,2}|<[\w ]*>|\*+|\[?(?:redacted|filtered|masked)\]?|\.{3}|…)?$/i;

/** Longer values are secrets, whatever their form. */
const MAX_NON_SECRET_LENGTH = 64;
/** A value that is examined and left must be short, because the search for the next sign examines it again. */
const MAX_EXAMINED_LENGTH = 128;

/** A key with its sign. */
interface KeyAndSign {
  readonly key: Key;
  readonly keyKind: KeyKind;
  readonly isColon: boolean;
  readonly isEncoded: boolean;
}

/**
 * Finds the secret behind a sign.
 *
 * @param at the position of `:`, `=`, or the start of `%3A`, `%3D`
 * @param length the length of the sign
 * @param lowestKeyStart keys do not begin before this position
 */
export function findKeyValueSecret(
  text: string,
  at: number,
  length: number,
  lowestKeyStart: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  const key = findKeyBefore(text, at, lowestKeyStart);
  if (key === undefined) return undefined;
  const keyKind = keys.classify(key.name);
  if (keyKind === 'plain' || (keyKind === 'query' && !isInQuery(text, key.start))) return undefined;
  const isColon = length === 1 && text.charCodeAt(at) === 0x3a;
  // `Token::parse` is a name.
  if (isColon && text.charCodeAt(at + 1) === 0x3a) return undefined;
  if (isColon && isResourceName(text, key.start)) return undefined;
  return findValueAfter(text, at + length, { key, keyKind, isColon, isEncoded: length > 1 }, keys);
}

/**
 * Whether the value under the key of a secret is no secret: a placeholder, an empty text, `true`, a short number under `token`.
 *
 * @param keyKind the kind of the key
 */
export function isNonSecretValue(value: string, keyKind: KeyKind): boolean {
  if (value.length > MAX_NON_SECRET_LENGTH) return false;
  if (PLACEHOLDER.test(value) || NON_SECRET_VALUES.has(value.toLowerCase())) return true;
  if (keyKind === 'query') return value.length < 10 && /^(?:[a-z]+|\d+)$/i.test(value);
  return keyKind === 'token' && /^\d{1,7}(?:\.\d+)?$/.test(value);
}

/** Whether the key is a part of `arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-db`, the name of a secret. */
function isResourceName(text: string, start: number): boolean {
  return /\barn:[\w-]*:secretsmanager:[\w-]*:\d*:$/.test(text.slice(Math.max(0, start - 80), start));
}

function findValueAfter(
  text: string,
  from: number,
  found: KeyAndSign,
  keys: KeyClassifier,
): SecretRange | undefined {
  const { key, keyKind, isColon, isEncoded } = found;
  let at = from;
  // Blanks, and the rest of `==`, `=>`, `:=`.
  while (at - from < 16 && (isBlank(text.charCodeAt(at)) || text[at] === '=' || text[at] === '>')) at++;
  // In JSON the value may be on the next line.
  if (found.key.isQuoted) at += matchAt(/(?:\s|\\{1,7}[nrt]){0,64}/y, text, at)?.[0].length ?? 0;
  const hasBlankBefore = at > from;
  // N'text' and E'text' of SQL, b'text' of Python.
  const prefixLength = /[a-z]/i.test(text.charAt(at)) && isQuote(text.charCodeAt(at + 1)) ? 1 : 0;
  const quoted = findQuotedValue(text, at + prefixLength) ?? findEncodedQuotedValue(text, at);
  if (quoted !== undefined) {
    if (isNonSecretValue(text.slice(quoted.start, quoted.end), keyKind)) return undefined;
    return { start: quoted.start, end: quoted.end, key: key.name };
  }
  if (isEncoded) return findBareSecret(text, at, ENCODED_BARE_VALUE, found);
  const quote = key.isQuoted ? quoteOf(text, key) : undefined;
  const placeholder = matchAt(/(?:\$?\{{1,2}[\w. ]{0,64}\}{1,2}|<[\w ]{0,64}>)(?=[\s,;&)"']|$)/y, text, at);
  if (placeholder !== null) return undefined;
  const bracketed = findBracketedValue(text, at);
  if (bracketed !== undefined && bracketed.end - bracketed.start > 2) {
    if (isNonSecretValue(text.slice(bracketed.start, bracketed.end), keyKind)) return undefined;
    return { start: bracketed.start, end: bracketed.end, key: key.name, ...(quote ? { quote } : {}) };
  }
  if (keyKind === 'header' && isColon) return findHeaderValue(text, at, found);
  if (isInQuery(text, key.start) && key.start > 0) return findBareSecret(text, at, QUERY_VALUE, found);
  if (!isColon && text[key.start - 1] === ';') return findBareSecret(text, at, LAST_CONNECTION_VALUE, found);
  if (!isColon && matchAt(CONNECTION_VALUE, text, at) !== null)
    return findBareSecret(text, at, CONNECTION_VALUE, found);
  // `password = crypt('x')`: the secret is inside the call. The whole call is replaced, so it is not examined again.
  const call = matchAt(/[\w.]+\(/y, text, at)?.[0];
  const callArguments = call === undefined ? undefined : findBracketedValue(text, at + call.length - 1);
  if (callArguments !== undefined) return { start: at, end: callArguments.end, key: key.name };
  const range = findBareSecret(text, at, PLAIN_VALUE, found);
  if (range === undefined) return undefined;
  const value = text.slice(range.start, range.end);
  // `t.token = s.token`: the value is a column.
  const isColumn = isShort(range) && /^[a-z_]\w*\.[a-z_]\w*$/i.test(value);
  if (isColumn && keys.classify(value) !== 'plain') return undefined;
  if (isColon && !key.isQuoted && isProse(text, range, hasBlankBefore, keyKind)) return undefined;
  return quote ? { ...range, quote } : range;
}

function findBareSecret(
  text: string,
  at: number,
  expression: RegExp,
  { key, keyKind }: KeyAndSign,
): SecretRange | undefined {
  const { start, end } = findBareValue(text, at, expression);
  if (end === start || isNonSecretValue(text.slice(start, end), keyKind)) return undefined;
  return { start, end, key: key.name };
}

/** Finds the value of a header. It extends to the end of the line, or to the quote that was opened before the header's name. */
function findHeaderValue(text: string, at: number, found: KeyAndSign): SecretRange | undefined {
  // "authorization: please sign in" is a sentence.
  const first = matchAt(/([A-Za-z]{1,32}) [a-z]+\b/y, text, at)?.[1]?.toLowerCase();
  if (first !== undefined && !SCHEMES.has(first)) return undefined;
  const { key, keyKind } = found;
  const isInQuotes = isQuote(text.charCodeAt(key.start - 1));
  const range = isInQuotes
    ? findQuotedLine(text, at, key, keyKind)
    : findBareSecret(text, at, COOKIE_LINE, found);
  const isWord = range !== undefined && isShort(range) && /^[a-z]+$/.test(text.slice(range.start, range.end));
  return isWord ? undefined : range;
}

/** Finds the rest of the line, or of the quoted text, that holds a header. */
function findQuotedLine(text: string, at: number, key: Key, keyKind: KeyKind): SecretRange | undefined {
  const quotedText = findQuotedValue(text, key.start - 1 - countBackslashesBefore(text, key.start - 1));
  const rest = text.slice(at, quotedText?.end);
  const lineEnd = rest.search(/[\r\n]|\\[rn]/);
  const value = lineEnd < 0 ? rest : rest.slice(0, lineEnd);
  if (value === '' || isNonSecretValue(value, keyKind)) return undefined;
  return { start: at, end: at + value.length, key: key.name };
}

/** Whether the value is a word in a sentence: "Invalid token: unexpected end". */
function isProse(text: string, range: SecretRange, hasBlankBefore: boolean, keyKind: KeyKind): boolean {
  if (!isShort(range)) return false;
  const value = text.slice(range.start, range.end);
  // Keys of caches have the form `token:user:42`.
  if (!hasBlankBefore && (value.includes(':') || (keyKind === 'token' && /^[a-z]+$/i.test(value))))
    return true;
  return /^[a-z]+$/i.test(value) && /^[,;:]? [a-z(]/i.test(text.slice(range.end, range.end + 3));
}

function isShort({ start, end }: SecretRange): boolean {
  return end - start <= MAX_EXAMINED_LENGTH;
}

/** The quote around a key, with its backslashes. The replacement of a list or a number gets the same. */
function quoteOf(text: string, key: Key): string {
  const slashes = countBackslashesBefore(text, key.start - 1);
  return text.slice(key.start - 1 - slashes, key.start);
}
