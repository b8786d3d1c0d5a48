// One pass over a text: at each place where a secret can be, a handler looks around it. Ordinary text has few of them, so
// the pass that decides whether there is anything to hide is the one that hides it.

import { findKeyValueSecret } from './rules/key-value.js';
import {
  findSqlInsertSecret,
  findCliOptionSecret,
  findSqlTextSecret,
  findUserOptionSecret,
} from './rules/cli-and-sql.js';
import { findXmlElementSecret, findFormFieldSecret } from './rules/xml-and-form.js';
import type { KeyClassifier } from './rules/key-classifier.js';
import { matchAt, type SecretRange } from './rules/secret-range.js';
import {
  findDottedToken,
  findHyphenToken,
  findAwsOrGoogleKey,
  findPemPrivateKey,
  findAuthSchemeSecret,
  findUnderscoreToken,
  findJsonWebToken,
} from './rules/tokens.js';
import { findEncodedUrlSecret, findUrlSecret } from './rules/url.js';

const PERCENT = 0x25;

/**
 * The next secret in a text, in time that grows with the text's length only.
 *
 * @param from where to begin; what is before it is taken as read
 * @param hasAt whether there is an `@` in the text, for who knows
 */
export function findNextSecret(
  text: string,
  from: number,
  keys: KeyClassifier,
  hasAt?: boolean,
): SecretRange | undefined {
  if (from === 0 && !keys.candidates.hasCandidate(text)) return undefined;
  const suspects = (hasAt ?? text.includes('@')) ? keys.candidates.withAtSign : keys.candidates.withoutAtSign;
  let floor = from;
  for (let at = from; ; at++) {
    suspects.lastIndex = at;
    if (!suspects.test(text)) return undefined;
    at = suspects.lastIndex - 1;
    const code = text.charCodeAt(at);
    const found = secretAt(text, at, code, floor, keys);
    // The key of the next sign does not begin before this one.
    if (code === PERCENT && isSign(text, at)) floor = at + 3;
    if (found === undefined || found.start < from) continue;
    if (found.end > found.start) return found;
    at = Math.max(at, found.end - 1);
  }
}

function secretAt(
  text: string,
  at: number,
  code: number,
  floor: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  switch (code) {
    case 0x3a: // :
      return isUrl(text, at) ? findUrlSecret(text, at) : findKeyValueSecret(text, at, 1, floor, keys);
    case 0x3d: // =
      return findKeyValueSecret(text, at, 1, floor, keys) ?? findFormFieldSecret(text, at, keys);
    case 0x3c: // <
      return findXmlElementSecret(text, at, keys);
    case PERCENT:
      return percentSecret(text, at, floor, keys);
    case 0x22: // "
    case 0x27: // '
      return findSqlTextSecret(text, at, keys);
    case 0x2d: // -
      if (text.charCodeAt(at + 1) !== 0x2d)
        return findHyphenToken(text, at, floor) ?? findUserOptionSecret(text, at);
      return text.charCodeAt(at + 2) === 0x2d
        ? findPemPrivateKey(text, at)
        : (findCliOptionSecret(text, at, keys) ?? findUserOptionSecret(text, at));
    case 0x5f: // _
      return findUnderscoreToken(text, at, floor);
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
        ? findSqlInsertSecret(text, at, floor, keys)
        : findDottedToken(text, at + 2);
    default:
      return undefined;
  }
}

function percentSecret(
  text: string,
  at: number,
  floor: number,
  keys: KeyClassifier,
): SecretRange | undefined {
  if (!isSign(text, at)) return undefined;
  const length = matchAt(SIGN, text, at)?.[0].length ?? 0;
  return findEncodedUrlSecret(text, at) ?? findKeyValueSecret(text, at, length, floor, keys);
}

const ESCAPED_SLASHES = /\\{1,7}\/\\{1,7}\//y;
const SIGN = /%(?:25){0,4}3[aAdD]/y;

/** Whether `%3A`, `%3D` or one of them encoded again begins here. */
function isSign(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return (next === 0x33 || next === 0x32) && matchAt(SIGN, text, at) !== null;
}

/** Whether a colon is followed by `//`, or by the `\\/\\/` of JSON. */
function isUrl(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next === 0x2f) return text.charCodeAt(at + 2) === 0x2f;
  return next === 0x5c && matchAt(ESCAPED_SLASHES, text, at + 1) !== null;
}
