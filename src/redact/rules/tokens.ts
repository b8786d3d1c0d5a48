// Finds tokens that are recognised by their form, wherever they are. Each function examines the surroundings of one character
// of the token that is rare in other text.

import { isAlnum, isTokenChar, matchAt, type SecretRange, isBehindWord } from './secret-range.js';
import { HYPHEN_PREFIXES, UNDERSCORE_PREFIXES } from './token-prefixes.js';

/** A text that was cut may end within a token. Shorter texts are not cut. */
const MIN_CUT_LENGTH = 1_024;

const MAX_PREFIX_LENGTH = 12;
const MIN_TOKEN_LENGTH = 16;

/** Finds `ghp_…`, `sk_live_…`: `at` is an underscore. */
export function findUnderscoreToken(text: string, at: number, lowestStart: number): SecretRange | undefined {
  const start = findWordStart(text, at, lowestStart);
  if (start < 0 || !UNDERSCORE_PREFIXES.has(text.slice(start, at))) return undefined;
  return findTokenEnd(text, start, at + 1, MIN_TOKEN_LENGTH);
}

/** Finds `sk-…`, `glpat-…`, `xoxb-…`: `at` is a hyphen. */
export function findHyphenToken(text: string, at: number, lowestStart: number): SecretRange | undefined {
  const start = findWordStart(text, at, lowestStart);
  if (start < 0 || !HYPHEN_PREFIXES.has(text.slice(start, at))) return undefined;
  const token = findTokenEnd(text, start, at + 1, MIN_TOKEN_LENGTH);
  // Without a digit, `sk-learn-…` and `key-…` are words.
  return token !== undefined && /\d/.test(text.slice(at, token.end)) ? token : undefined;
}

/** Finds JSON web tokens: `at` is the `J` of `eyJ`. */
export function findJsonWebToken(text: string, at: number): SecretRange | undefined {
  if (text.charCodeAt(at - 1) !== 0x79 || text.charCodeAt(at - 2) !== 0x65) return undefined;
  if (isBehindWord(text, at - 2)) return undefined;
  const parts = matchAt(/J[\w-]{8,}(?:(?:\.|%2[eE])[\w-]*){1,4}={0,2}/y, text, at);
  if (parts !== null) return { start: at - 2, end: at + parts[0].length };
  const rest = matchAt(/J[\w-]*/y, text, at)?.[0].length ?? 0;
  return isCutAt(text, at + rest) ? { start: at - 2, end: at + rest } : undefined;
}

/** Finds AWS key ids and Google's API keys: `at` is an `I`. */
export function findAwsOrGoogleKey(text: string, at: number): SecretRange | undefined {
  const before = text.charCodeAt(at - 1);
  // A[KS]IA…
  if ((before === 0x4b || before === 0x53) && text[at - 2] === 'A' && text[at + 1] === 'A') {
    const keyId = matchAt(/IA[A-Z0-9]{16}(?![A-Za-z0-9])/y, text, at);
    return keyId === null || isBehindWord(text, at - 2)
      ? undefined
      : { start: at - 2, end: at + keyId[0].length };
  }
  if (before !== 0x41 || !text.startsWith('za', at + 1) || isBehindWord(text, at - 1)) return undefined;
  return findTokenEnd(text, at - 1, at + 3, 30);
}

/** Finds SendGrid's `SG.…`, Vault's `hvs.…`, Google's `ya29.…`: `at` is a full stop. */
export function findDottedToken(text: string, at: number): SecretRange | undefined {
  const prefix = /(?:SG|hv[sbr]|ya29)$/.exec(text.slice(Math.max(0, at - 8), at));
  if (prefix === null) return undefined;
  const start = at - prefix[0].length;
  if (isBehindWord(text, start)) return undefined;
  const token = matchAt(/\.[\w-]{16,}(?:\.[\w-]+)?/y, text, at);
  return token === null ? undefined : { start, end: at + token[0].length };
}

/** Finds the credentials in `Bearer …`, `Basic …`: `at` is the `B`. */
export function findAuthSchemeSecret(text: string, at: number): SecretRange | undefined {
  if (isBehindWord(text, at)) return undefined;
  const scheme = matchAt(/(bearer|basic)(?:[ \t]{1,4}|\+|%20|%2520)/iy, text, at);
  if (scheme === null) return undefined;
  const start = at + scheme[0].length;
  // The part that decides is short, because in `basic+basic+…` it is examined again for each of them.
  const begin = matchAt(/(?:[\w.~+/=-]|%2[bBfF]|%3[dD]){0,512}/y, text, start)?.[0] ?? '';
  const isBearer = scheme[1]?.length === 6;
  const isSecret = isBearer
    ? begin.length >= 6 && !/^[A-Za-z]{1,19}[.]?$/.test(begin)
    : begin.length >= 512 || isUserAndPassword(begin);
  if (!isSecret) return undefined;
  const rest = matchAt(/(?:[\w.~+/=-]|%2[bBfF]|%3[dD])*/y, text, start + begin.length)?.[0] ?? '';
  return { start, end: start + begin.length + rest.length };
}

/** Finds the body of a private key in PEM: `at` is the first of its hyphens. */
export function findPemPrivateKey(text: string, at: number): SecretRange | undefined {
  const begin = matchAt(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y, text, at);
  if (begin === null) return undefined;
  const start = at + begin[0].length;
  const end = text.indexOf('-----END ', start);
  return { start, end: end < 0 ? text.length : end };
}

/** Whether a value is base64 that holds a colon, such as `ann:hunter2`. */
function isUserAndPassword(value: string): boolean {
  const base64 = value.replace(/%2b/gi, '+').replace(/%2f/gi, '/').replace(/%3d/gi, '=');
  return base64.length >= 4 && Buffer.from(base64, 'base64').includes(0x3a);
}

/** Returns the start of the word before a position, or -1 if it is longer than any prefix or follows another word. */
function findWordStart(text: string, at: number, lowestStart: number): number {
  let start = at;
  while (
    start > lowestStart &&
    at - start < MAX_PREFIX_LENGTH &&
    isAlnumOrUnderscore(text.charCodeAt(start - 1))
  )
    start--;
  if (start === at) return -1;
  // `%22ghp_…`, `\nghp_…`: the end of an escape is not part of the word.
  if (text[start - 1] === '%') start += 2;
  else if (text[start - 1] === '\\') start += 1;
  return isBehindWord(text, start) ? -1 : start;
}

function isAlnumOrUnderscore(code: number): boolean {
  return isAlnum(code) || code === 0x5f;
}

function findTokenEnd(
  text: string,
  start: number,
  bodyStart: number,
  minBodyLength: number,
): SecretRange | undefined {
  let end = bodyStart;
  while (isTokenChar(text.charCodeAt(end))) end++;
  return end - bodyStart >= minBodyLength || isCutAt(text, end) ? { start, end } : undefined;
}

function isCutAt(text: string, end: number): boolean {
  return end === text.length && text.length >= MIN_CUT_LENGTH;
}
