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

/** The characters at which a handler looks. */
const MARKS = new Uint8Array(128);
for (const mark of `:=%'"-_.JIBbVv`) MARKS[mark.charCodeAt(0)] = 1;

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
  for (let at = from; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127 || MARKS[code] === 0) continue;
    const found = secretAt(text, at, code, from, keys);
    if (found !== undefined && found.end > found.start && found.start >= from) return found;
  }
  return undefined;
}

function secretAt(text: string, at: number, code: number, floor: number, keys: KeyRules): Range | undefined {
  switch (code) {
    case 0x3a: // :
      return text.charCodeAt(at + 1) === 0x2f || text.charCodeAt(at + 1) === 0x5c
        ? (urlSecret(text, at) ?? assignedSecret(text, at, 1, floor, keys))
        : assignedSecret(text, at, 1, floor, keys);
    case 0x3d: // =
      return assignedSecret(text, at, 1, floor, keys);
    case 0x25: // %
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
    default: // V, v
      return (text.charCodeAt(at + 1) | 32) === 0x61 && (text.charCodeAt(at + 2) | 32) === 0x6c
        ? insertedSecret(text, at, floor, keys)
        : undefined;
  }
}

/** `SG.`, `hvs.`, `ya29.`: by the character before the full stop, which is nearly always another one. */
function dottedAt(text: string, at: number): Range | undefined {
  const before = text.charCodeAt(at - 1);
  const isCandidate =
    before === 0x47 || before === 0x39 || (before >= 0x30 && before <= 0x39) || text[at - 3] === 'h';
  return isCandidate ? dottedToken(text, at) : undefined;
}

function percentSecret(text: string, at: number, floor: number, keys: KeyRules): Range | undefined {
  const sign = matchAt(/%(?:25){0,4}3[aAdD]/y, text, at);
  if (sign === null) return undefined;
  return encodedUrlSecret(text, at) ?? assignedSecret(text, at, sign[0].length, floor, keys);
}
