// Secrets behind words instead of signs: options of a command line, and SQL.
//
//   --password hunter2      "--token", "…"      IDENTIFIED BY '…'      WITH PASSWORD '…'      PASSWORD('…')
//   token IN ('…', '…')     secret LIKE '…'     INSERT INTO users (name, password) VALUES ('ann', '…')

import { isNonSecretValue } from './key-value.js';
import type { KeyClassifier } from './key-classifier.js';
import { isBlank, isTokenChar, matchAt, type SecretRange } from './secret-range.js';
import { findBareValue, findBracketedValue, findQuotedValue, countBackslashesBefore } from './value-end.js';

const OPTION = /--([a-z][\w-]{1,63})(?:[ \t]{1,4}|\\?["'],?[ \t]{0,4})(?=[^\s-])/iy;
/** How many characters the words before a text in SQL may have. */
const MAX_WORDS = 64;
const BEFORE_TEXT =
  /(?:([\w.]+)["`\]]?\s{1,4}(?:not\s{1,4})?(?:i?like|in|similar\s{1,4}to|is|<>|~)|([\w.]+))\s{0,4}\(?\s{0,4}[nbe]?$/i;
const MAX_COLUMNS = 4_096;
/** A column without its blanks and quotes. */
const COLUMN = /[^\s"'`[\]\\](?:[^]*[^\s"'`[\]\\])?/;

/** The value of an option such as `--password`: `at` is the first hyphen. */
export function findCliOptionSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  // More hyphens are a line, not an option.
  const option = text[at - 1] === '-' ? null : matchAt(OPTION, text, at);
  const key = option?.[1];
  if (option === null || key === undefined) return undefined;
  const verdict = keys.classify(key);
  if (verdict === 'plain' || verdict === 'query') return undefined;
  const from = at + option[0].length;
  const value = findQuotedValue(text, from) ?? findBareValue(text, from, /[^\s"'`\\]*/y);
  if (value.end === value.start || isNonSecretValue(text.slice(value.start, value.end), verdict))
    return undefined;
  return { start: value.start, end: value.end, key };
}

/** The password of `-u ann:hunter2`, as curl and its like take it: `at` is the first hyphen. */
export function findUserOptionSecret(text: string, at: number): SecretRange | undefined {
  // In the middle of a word `-u` is no option.
  if (at > 0 && !(text[at + 1] === 'u' ? /[\s"'[(]/ : /[^-]/).test(text.charAt(at - 1))) return undefined;
  const option = matchAt(/-(?:u|-user|-proxy-user)[ \t=]{0,4}\\?["']?[^\s:"'`/\\]{1,128}:/y, text, at);
  if (option === null) return undefined;
  const value = findBareValue(text, at + option[0].length, /[^\s"'`\\]*/y);
  const { start, end } = value;
  const isNone = end === start || isNonSecretValue(text.slice(start, end), 'password');
  return isNone ? undefined : { start, end, key: 'user' };
}

/** A text of SQL behind words that make it a secret: `quote` is its quote. */
export function findSqlTextSecret(text: string, quote: number, keys: KeyClassifier): SecretRange | undefined {
  const at = quote - countBackslashesBefore(text, quote);
  // N'…' and E'…'.
  const isPrefixed = /[nbe]/i.test(text.charAt(at - 1)) && !isTokenChar(text.charCodeAt(at - 2));
  const edge = isPrefixed ? at - 1 : at;
  const last = lastVisible(text, edge);
  // Words and brackets only: a sign before the quote is an assignment's matter, a comma a list's.
  if (!isTokenChar(text.charCodeAt(last)) && text[last] !== '(' && text[last] !== '>' && text[last] !== '~')
    return undefined;
  if (last === edge - 1 && text[last] !== '(') return undefined;
  const words = BEFORE_TEXT.exec(text.slice(Math.max(0, at - MAX_WORDS), at));
  if (words === null) return undefined;
  const [, column, word] = words;
  const isIdentified =
    word !== undefined &&
    /^by$/i.test(word) &&
    /identified\b[^']{0,48}$/i.test(text.slice(Math.max(0, at - MAX_WORDS), at));
  const key = column ?? word ?? '';
  const verdict = keys.classify(key);
  const isSecret =
    isIdentified ||
    verdict === 'password' ||
    (column !== undefined && verdict !== 'plain' && verdict !== 'query');
  if (!isSecret) return undefined;
  const list = column !== undefined && text[last] === '(' ? findBracketedValue(text, last) : undefined;
  if (list !== undefined) return { start: list.start + 1, end: Math.max(list.start + 1, list.end - 1), key };
  const value = findQuotedValue(text, at);
  if (value === undefined || isNonSecretValue(text.slice(value.start, value.end), 'password'))
    return undefined;
  return { start: value.start, end: value.end, key };
}

/**
 * The values of an INSERT that names a secret among its columns: all rows, as positions in SQL are hard to tell.
 *
 * @param at where `VALUES` begins
 */
export function findSqlInsertSecret(
  text: string,
  at: number,
  floor: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  const values = matchAt(/values?\s{0,8}(?=\()/iy, text, at);
  const close = lastVisible(text, at);
  if (values === null || text[close] !== ')') return undefined;
  const open = text.lastIndexOf('(', close);
  if (open < floor || close - open > MAX_COLUMNS) return undefined;
  const key = text
    .slice(open + 1, close)
    .split(',')
    .map(column => COLUMN.exec(column)?.[0] ?? '')
    .find(column => !['plain', 'query'].includes(keys.classify(column)));
  if (key === undefined) return undefined;
  const start = at + values[0].length;
  let end = findBracketedValue(text, start)?.end ?? start;
  for (
    let next = matchAt(/\s{0,8},\s{0,8}(?=\()/y, text, end);
    next !== null;
    next = matchAt(/\s{0,8},\s{0,8}(?=\()/y, text, end)
  ) {
    end = findBracketedValue(text, end + next[0].length)?.end ?? text.length;
  }
  // Without literals there is nothing to hide: `VALUES ($1, $2)`, `VALUES (?, ?), (?, ?)`. It need not be read again.
  const rows = text.slice(start, end);
  if (/^[\s(),?$:@%\w.]*$/.test(rows) && !/[(,]\s{0,8}\d/.test(rows)) return { start: end, end };
  return { start: start + 1, end: Math.max(start + 1, end - 1), key };
}

function lastVisible(text: string, at: number): number {
  let last = at - 1;
  while (last > 0 && at - last < 8 && (isBlank(text.charCodeAt(last)) || text[last] === '\n')) last--;
  return last;
}
