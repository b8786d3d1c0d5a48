// Searches a text for secrets in one pass. At each candidate place a rule examines the surroundings. Ordinary text has few
// candidate places, so the pass that decides whether there is a secret is the one that finds it.

import {
  findCliOptionSecret,
  findSqlInsertSecret,
  findSqlTextSecret,
  findUserOptionSecret,
} from './rules/cli-and-sql.js';
import type { KeyClassifier } from './rules/key-classifier.js';
import { findKeyValueSecret } from './rules/key-value.js';
import { matchAt, type SecretRange } from './rules/secret-range.js';
import {
  findAuthSchemeSecret,
  findAwsOrGoogleKey,
  findDottedToken,
  findHyphenToken,
  findJsonWebToken,
  findPemPrivateKey,
  findUnderscoreToken,
} from './rules/tokens.js';
import { findEncodedUrlSecret, findUrlSecret } from './rules/url.js';
import { findFormFieldSecret, findXmlElementSecret } from './rules/xml-and-form.js';

const PERCENT = 0x25;

/**
 * Finds the next secret in a text. The time is linear in the length of the text.
 *
 * @param from the start of the search; the text before it was searched already
 * @param hasAtSign whether there is an `@` in the text, if the caller has searched for it
 */
export function findNextSecret(
  text: string,
  from: number,
  keys: KeyClassifier,
  hasAtSign?: boolean,
): SecretRange | undefined {
  const { candidates } = keys;
  if (from === 0 && !candidates.hasCandidate(text)) return undefined;
  const expression = (hasAtSign ?? text.includes('@')) ? candidates.withAtSign : candidates.withoutAtSign;
  let lowestKeyStart = from;
  for (let at = from; ; at++) {
    expression.lastIndex = at;
    if (!expression.test(text)) return undefined;
    at = expression.lastIndex - 1;
    const code = text.charCodeAt(at);
    const secret = findSecretAt(text, at, code, lowestKeyStart, keys);
    // The key of the next sign does not begin before the end of this one.
    if (code === PERCENT && isEncodedSign(text, at)) lowestKeyStart = at + 3;
    if (secret === undefined || secret.start < from) continue;
    if (secret.end > secret.start) return secret;
    at = Math.max(at, secret.end - 1);
  }
}

function findSecretAt(
  text: string,
  at: number,
  code: number,
  lowestKeyStart: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  switch (code) {
    case 0x3a: // :
      return isUrl(text, at)
        ? findUrlSecret(text, at)
        : findKeyValueSecret(text, at, 1, lowestKeyStart, keys);
    case 0x3d: // =
      return findKeyValueSecret(text, at, 1, lowestKeyStart, keys) ?? findFormFieldSecret(text, at, keys);
    case 0x3c: // <
      return findXmlElementSecret(text, at, keys);
    case PERCENT:
      return findEncodedSecret(text, at, lowestKeyStart, keys);
    case 0x22: // "
    case 0x27: // '
      return findSqlTextSecret(text, at, keys);
    case 0x2d: // -
      if (text.charCodeAt(at + 1) !== 0x2d)
        return findHyphenToken(text, at, lowestKeyStart) ?? findUserOptionSecret(text, at);
      return text.charCodeAt(at + 2) === 0x2d
        ? findPemPrivateKey(text, at)
        : (findCliOptionSecret(text, at, keys) ?? findUserOptionSecret(text, at));
    case 0x5f: // _
      return findUnderscoreToken(text, at, lowestKeyStart);
    case 0x53: // SG.
      return findDottedToken(text, at + 2);
    case 0x79: // ya29.
      return findDottedToken(text, at + 4);
    case 0x4a: // J
      return findJsonWebToken(text, at);
    case 0x49: // I
      return findAwsOrGoogleKey(text, at);
    case 0x42: // B
    case 0x62: // b
      return findAuthSchemeSecret(text, at);
    case 0x56: // V
    case 0x76: // v
      return (text.charCodeAt(at + 1) | 32) === 0x61
        ? findSqlInsertSecret(text, at, lowestKeyStart, keys)
        : findDottedToken(text, at + 2);
    default:
      return undefined;
  }
}

function findEncodedSecret(
  text: string,
  at: number,
  lowestKeyStart: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  if (!isEncodedSign(text, at)) return undefined;
  const length = matchAt(ENCODED_SIGN, text, at)?.[0].length ?? 0;
  return findEncodedUrlSecret(text, at) ?? findKeyValueSecret(text, at, length, lowestKeyStart, keys);
}

const ESCAPED_SLASHES = /\\{1,7}\/\\{1,7}\//y;
const ENCODED_SIGN = /%(?:25){0,4}3[aAdD]/y;

/** Whether `%3A` or `%3D`, encoded once or several times, begins at a position. */
function isEncodedSign(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return (next === 0x33 || next === 0x32) && matchAt(ENCODED_SIGN, text, at) !== null;
}

/** Whether a colon is followed by `//`, or by the `\\/\\/` of JSON. */
function isUrl(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next === 0x2f) return text.charCodeAt(at + 2) === 0x2f;
  return next === 0x5c && matchAt(ESCAPED_SLASHES, text, at + 1) !== null;
}
