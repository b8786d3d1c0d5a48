// One pass over a text: at each character that no secret is without, a handler looks around it. Ordinary text has few
// of them, and a handler that finds nothing costs a comparison or two; so the pass that decides whether there is
// anything to hide is the one that hides it.

import { assignedSecret } from './assignment.js';
import { insertedSecret, optionSecret, sqlText } from './command.js';
import type { KeyRules } from './keys.js';
import { matchAt, type Range } from './range.js';
import {
  dottedToken,
  hyphenedToken,
  keyIdToken,
  pemSecret,
  schemeSecret,
  underscoredToken,
  webToken,
} from './tokens.js';
import { encodedUrlSecret, urlSecret } from './url.js';

/** The characters at which a handler looks, by their low seven bits: one look-up is cheaper than two comparisons. */
const MARKS = new Uint8Array(128);
for (const mark of `:=%'"-_.JIBbVv`) MARKS[mark.charCodeAt(0)] = 1;

const PERCENT = 0x25;

/** The shortest text with a secret in it: `pwd=a`. */
const SHORTEST = 5;

/**
 * The next secret in a text, in time that grows with the text's length only.
 *
 * @param from where to begin; what is before it is taken as read
 */
export function nextSecret(text: string, from: number, keys: KeyRules): Range | undefined {
  const { length } = text;
  if (length < SHORTEST) return undefined;
  let floor = from;
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (MARKS[code & 127] === 0) continue;
    const found = secretAt(text, at, code, floor, keys);
    // The key of the next sign does not begin before this one.
    if (code === PERCENT && isSign(text, at)) floor = at + 3;
    if (found === undefined || found.start < from) continue;
    if (found.end > found.start) return found;
    at = Math.max(at, found.end - 1);
  }
  return undefined;
}

function secretAt(text: string, at: number, code: number, floor: number, keys: KeyRules): Range | undefined {
  switch (code) {
    case 0x3a: // :
      return isUrl(text, at) ? urlSecret(text, at) : assignedSecret(text, at, 1, floor, keys);
    case 0x3d: // =
      return assignedSecret(text, at, 1, floor, keys);
    case PERCENT:
      return percentSecret(text, at, floor, keys);
    case 0x22: // "
    case 0x27: // '
      return sqlText(text, at, keys);
    case 0x2d: // -
      if (text.charCodeAt(at + 1) !== 0x2d) return hyphenedToken(text, at, floor);
      if (text.charCodeAt(at - 1) === 0x2d) return undefined;
      return text.charCodeAt(at + 2) === 0x2d ? pemSecret(text, at) : optionSecret(text, at, keys);
    case 0x5f: // _
      return underscoredToken(text, at, floor);
    case 0x2e: // .
      return dottedAt(text, at);
    case 0x4a: // J
      return webToken(text, at);
    case 0x49: // I
      return keyIdToken(text, at);
    case 0x42: // B
    case 0x62: // b
      return (text.charCodeAt(at + 1) | 32) === 0x65 || (text.charCodeAt(at + 1) | 32) === 0x61
        ? schemeSecret(text, at)
        : undefined;
    case 0x56: // V
    case 0x76: // v
      return (text.charCodeAt(at + 1) | 32) === 0x61 && (text.charCodeAt(at + 2) | 32) === 0x6c
        ? insertedSecret(text, at, floor, keys)
        : undefined;
    default:
      // A character beyond ASCII that shares its low bits with a mark.
      return undefined;
  }
}

/** `SG.`, `hvs.`, `ya29.`: by the two characters before the full stop, which are nearly always others. */
function dottedAt(text: string, at: number): Range | undefined {
  const before = text.charCodeAt(at - 1);
  const second = text.charCodeAt(at - 2);
  const isCandidate =
    (before === 0x47 && second === 0x53) || (before === 0x39 && second === 0x32) || second === 0x76;
  return isCandidate ? dottedToken(text, at) : undefined;
}

function percentSecret(text: string, at: number, floor: number, keys: KeyRules): Range | undefined {
  if (!isSign(text, at)) return undefined;
  const length = matchAt(SIGN, text, at)?.[0].length ?? 0;
  return encodedUrlSecret(text, at) ?? assignedSecret(text, at, length, floor, keys);
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
