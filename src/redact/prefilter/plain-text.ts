// Recognises texts that are too short and too plain to hold a secret: ids, addresses, paths, most queries. For these a loop
// in JavaScript takes half the time of a regular expression, which costs about 45 ns before its first character.
//
//   /orders/4711    10.0.3.17    order-4711    expand=items&page=7     plain
//   pin=4711        a:b          q=1           ghp_16CharsAndMore      searched by the expressions

import { SECRET_KEY_ENDINGS } from '../rules/key-vocabulary.js';

/** Every token with its prefix is longer. */
const MAX_SHORT_LENGTH = 18;
/** The expressions are faster on longer texts. */
const MAX_PLAIN_LENGTH = 32;

/** Flags of a character: plain in texts that are too short for a token. */
const PLAIN_IN_SHORT = 1;
/** Plain in longer texts too. */
const PLAIN_IN_LONG = 2;
/** An equals sign, which makes the text before it a key. */
const SIGN = 4;
/** Two hyphens begin an option, whose value may be behind the part: `--user?q=ann:hunter2`. */
const HYPHEN = 8;

/** The flags by the low byte of a character. No rule looks for a character outside ASCII. */
const flagsOf = new Uint8Array(256);
for (const each of 'ABCDEFGHKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/,&?')
  setFlags(each, PLAIN_IN_SHORT | PLAIN_IN_LONG);
// Tokens are recognised by these characters: `ghp_`, `sk-`, `SG.`, `AKIA`. J is never plain, because even short web tokens begin
// with `eyJ`.
for (const each of '_.I') setFlags(each, PLAIN_IN_SHORT);
setFlags('-', PLAIN_IN_SHORT | HYPHEN);
setFlags('=', SIGN);

/** 1 to 26 for letters in either case, else 0. */
const letterOf = new Uint8Array(256);
for (let letter = 1; letter <= 26; letter++) letterOf[0x40 + letter] = letterOf[0x60 + letter] = letter;

/** By three characters: 1 if the key of a secret can end with them, or if one of them is not a letter. */
const isSecretEnding = new Uint8Array(1 << 15).fill(1);
for (let three = 0; three < isSecretEnding.length; three++) {
  const hasThreeLetters = (three & 31) !== 0 && (three & (31 << 5)) !== 0 && three >> 10 !== 0;
  if (hasThreeLetters) isSecretEnding[three] = 0;
}
for (const ending of SECRET_KEY_ENDINGS) {
  const letters = ending.replace(/[^a-z]/g, '');
  isSecretEnding[hashLastThreeLetters(letters, letters.length)] = 1;
}

/**
 * Whether a text certainly holds no secret. False does not mean that it holds one.
 *
 * @param isAnyKeySecret whether any key can be the key of a secret
 */
export function isPlainText(text: string, isAnyKeySecret: boolean): boolean {
  const { length } = text;
  if (length > MAX_PLAIN_LENGTH) return false;
  const plain = length <= MAX_SHORT_LENGTH ? PLAIN_IN_SHORT : PLAIN_IN_LONG;
  for (let at = 0; at < length; at++) {
    const flags = flagsOf[text.charCodeAt(at) & 0xff] as number;
    if ((flags & plain) !== 0) continue;
    if (flags !== SIGN || isAnyKeySecret || at < 3 || isSecretEnding[hashLastThreeLetters(text, at)] === 1)
      return false;
  }
  return true;
}

/** Whether a part of a text is too short for a token and has neither a sign nor an option. */
export function isPlainPart(text: string, from: number, to: number): boolean {
  if (to - from > MAX_SHORT_LENGTH) return false;
  let previousFlags = 0;
  for (let at = from; at < to; at++) {
    const flags = flagsOf[text.charCodeAt(at) & 0xff] as number;
    if ((flags & PLAIN_IN_SHORT) === 0 || (flags & previousFlags & HYPHEN) !== 0) return false;
    previousFlags = flags;
  }
  return true;
}

/** The three characters before a position as one number of 15 bits. */
function hashLastThreeLetters(text: string, end: number): number {
  const last = letterOf[text.charCodeAt(end - 1) & 0xff] as number;
  const second = letterOf[text.charCodeAt(end - 2) & 0xff] as number;
  const third = letterOf[text.charCodeAt(end - 3) & 0xff] as number;
  return (third << 10) | (second << 5) | last;
}

function setFlags(character: string, flags: number): void {
  flagsOf[character.charCodeAt(0)] = flags;
}
