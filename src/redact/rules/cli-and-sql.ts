// Finds secrets behind words instead of signs: in command lines and in SQL.
//
//   --password hunter2      "--token", "…"      IDENTIFIED BY '…'      WITH PASSWORD '…'      PASSWORD('…')
//   token IN ('…', '…')     secret LIKE '…'     INSERT INTO users (name, password) VALUES ('ann', '…')

import type { KeyClassifier } from './key-classifier.js';
import { isNonSecretValue } from './key-value.js';
import { isBlank, isTokenChar, matchAt, type SecretRange } from './secret-range.js';
import { countBackslashesBefore, findBareValue, findBracketedValue, findQuotedValue } from './value-end.js';

const OPTION = /--([a-z][\w-]{1,63})(?:[ \t]{1,4}|\\?["'],?[ \t]{0,4})(?=[^\s-])/iy;
/** The number of characters before a text of SQL that are examined. */
const MAX_CHARACTERS_BEFORE = 64;
const BEFORE_TEXT =
  /(?:([\w.]+)["`\]]?\s{1,4}(?:not\s{1,4})?(?:i?like|in|similar\s{1,4}to|is|<>|~)|([\w.]+))\s{0,4}\(?\s{0,4}[nbe]?$/i;
const MAX_COLUMNS_LENGTH = 4_096;
/** The name of a column without blanks and quotes around it. */
const COLUMN = /[^\s"'`[\]\\](?:[^]*[^\s"'`[\]\\])?/;

/** Finds the value of an option such as `--password`: `at` is the first hyphen. */
export function findCliOptionSecret(text: string, at: number, keys: KeyClassifier): SecretRange | undefined {
  // More than two hyphens are a horizontal line.
  const option = text[at - 1] === '-' ? null : matchAt(OPTION, text, at);
  const key = option?.[1];
  if (option === null || key === undefined) return undefined;
  const keyKind = keys.classify(key);
  if (keyKind === 'plain' || keyKind === 'query') return undefined;
  const from = at + option[0].length;
  const value = findQuotedValue(text, from) ?? findBareValue(text, from, /[^\s"'`\\]*/y);
  if (value.end === value.start || isNonSecretValue(text.slice(value.start, value.end), keyKind))
    return undefined;
  return { start: value.start, end: value.end, key };
}

/** Finds the password of `-u ann:hunter2`, an option of curl and similar programs: `at` is the first hyphen. */
export function findUserOptionSecret(text: string, at: number): SecretRange | undefined {
  // Inside a word `-u` is not an option.
  if (at > 0 && !(text[at + 1] === 'u' ? /[\s"'[(]/ : /[^-]/).test(text.charAt(at - 1))) return undefined;
  const option = matchAt(/-(?:u|-user|-proxy-user)[ \t=]{0,4}\\?["']?[^\s:"'`/\\]{1,128}:/y, text, at);
  if (option === null) return undefined;
  const { start, end } = findBareValue(text, at + option[0].length, /[^\s"'`\\]*/y);
  const isEmpty = end === start || isNonSecretValue(text.slice(start, end), 'password');
  return isEmpty ? undefined : { start, end, key: 'user' };
}

/** Finds a text of SQL behind words that make it a secret: `quote` is the position of its quote. */
export function findSqlTextSecret(text: string, quote: number, keys: KeyClassifier): SecretRange | undefined {
  const at = quote - countBackslashesBefore(text, quote);
  // N'…' and E'…'.
  const hasPrefix = /[nbe]/i.test(text.charAt(at - 1)) && !isTokenChar(text.charCodeAt(at - 2));
  const edge = hasPrefix ? at - 1 : at;
  const last = findLastVisibleBefore(text, edge);
  // Words and brackets only: behind a sign the rule for keys and values applies, and a comma belongs to a list.
  if (!isTokenChar(text.charCodeAt(last)) && text[last] !== '(' && text[last] !== '>' && text[last] !== '~')
    return undefined;
  if (last === edge - 1 && text[last] !== '(') return undefined;
  const before = text.slice(Math.max(0, at - MAX_CHARACTERS_BEFORE), at);
  const words = BEFORE_TEXT.exec(before);
  if (words === null) return undefined;
  const [, column, word] = words;
  const isIdentifiedBy = word !== undefined && /^by$/i.test(word) && /identified\b[^']{0,48}$/i.test(before);
  const key = column ?? word ?? '';
  const keyKind = keys.classify(key);
  const isSecret =
    isIdentifiedBy ||
    keyKind === 'password' ||
    (column !== undefined && keyKind !== 'plain' && keyKind !== 'query');
  if (!isSecret) return undefined;
  const list = column !== undefined && text[last] === '(' ? findBracketedValue(text, last) : undefined;
  if (list !== undefined) return { start: list.start + 1, end: Math.max(list.start + 1, list.end - 1), key };
  const value = findQuotedValue(text, at);
  if (value === undefined || isNonSecretValue(text.slice(value.start, value.end), 'password'))
    return undefined;
  return { start: value.start, end: value.end, key };
}

/**
 * Finds the values of an INSERT with a secret among its columns. All rows are one secret, because the positions of values in
 * SQL are hard to determine.
 *
 * @param at the position of `VALUES`
 * @param lowestStart the columns do not begin before this position
 */
export function findSqlInsertSecret(
  text: string,
  at: number,
  lowestStart: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  const values = matchAt(/values?\s{0,8}(?=\()/iy, text, at);
  const close = findLastVisibleBefore(text, at);
  if (values === null || text[close] !== ')') return undefined;
  const open = text.lastIndexOf('(', close);
  if (open < lowestStart || close - open > MAX_COLUMNS_LENGTH) return undefined;
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
  // Rows without literals hold no secret: `VALUES ($1, $2)`, `VALUES (?, ?), (?, ?)`. The search continues behind them.
  const rows = text.slice(start, end);
  if (/^[\s(),?$:@%\w.]*$/.test(rows) && !/[(,]\s{0,8}\d/.test(rows)) return { start: end, end };
  return { start: start + 1, end: Math.max(start + 1, end - 1), key };
}

function findLastVisibleBefore(text: string, at: number): number {
  let last = at - 1;
  while (last > 0 && at - last < 8 && (isBlank(text.charCodeAt(last)) || text[last] === '\n')) last--;
  return last;
}
