// Texts that are too short and too plain to hold a secret: ids, addresses, paths, most queries. For those a loop in
// JavaScript takes half the time of an expression, which costs some 45 ns before it has seen a character.
//
//   /orders/4711    10.0.3.17    order-4711    expand=items&page=7     plain
//   pin=4711        a:b          q=1           ghp_16CharsAndMore      looked at by the expressions

import { SECRET_KEY_ENDINGS } from '../rules/key-vocabulary.js';

/** No token is as short, its prefix included. */
const SHORT = 18;
/** Longer texts are quicker by the expressions. */
const LONGEST = 32;

/** Plain in texts that no token fits in; plain in longer ones, too; a sign, which makes what is before it a key. */
const IN_SHORT = 1;
const IN_LONGER = 2;
const SIGN = 4;
/** Two of them begin an option, whose value may be behind the piece: `--user?q=ann:hunter2`. */
const HYPHEN = 8;

/** By the low byte of a character: no secret is found by one outside of ASCII. */
const kindOf = new Uint8Array(256);
for (const each of 'ABCDEFGHKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/,&?')
  mark(each, IN_SHORT | IN_LONGER);
// What tokens are known by: `ghp_`, `sk-`, `SG.`, `AKIA`; and `eyJ`, which short ones begin with, too.
for (const each of '_.I') mark(each, IN_SHORT);
mark('-', IN_SHORT | HYPHEN);
mark('=', SIGN);

/** 1 to 26 for letters in either case, else 0. */
const letterOf = new Uint8Array(256);
for (let letter = 1; letter <= 26; letter++) letterOf[0x40 + letter] = letterOf[0x60 + letter] = letter;

/** By three letters: 1 where a secret's key ends in them, or one of them is none. */
const isEnding = new Uint8Array(1 << 15).fill(1);
for (let three = 0; three < isEnding.length; three++) {
  const hasThree = (three & 31) !== 0 && (three & (31 << 5)) !== 0 && three >> 10 !== 0;
  if (hasThree) isEnding[three] = 0;
}
for (const ending of SECRET_KEY_ENDINGS) {
  const letters = ending.replace(/[^a-z]/g, '');
  isEnding[threeBefore(letters, letters.length)] = 1;
}

/**
 * Whether a text holds no secret for sure.
 *
 * @param anyKey whether any key at all may be the one of a secret
 */
export function isPlainText(text: string, anyKey: boolean): boolean {
  const { length } = text;
  if (length > LONGEST) return false;
  const plain = length <= SHORT ? IN_SHORT : IN_LONGER;
  for (let at = 0; at < length; at++) {
    const kind = kindOf[text.charCodeAt(at) & 0xff] as number;
    if ((kind & plain) !== 0) continue;
    if (kind !== SIGN || anyKey || at < 3 || isEnding[threeBefore(text, at)] === 1) return false;
  }
  return true;
}

/** Whether a piece of a text is as short as no token is, and has no sign and no option. */
export function isPlainPart(text: string, from: number, to: number): boolean {
  if (to - from > SHORT) return false;
  let before = 0;
  for (let at = from; at < to; at++) {
    const kind = kindOf[text.charCodeAt(at) & 0xff] as number;
    if ((kind & IN_SHORT) === 0 || (kind & before & HYPHEN) !== 0) return false;
    before = kind;
  }
  return true;
}

function threeBefore(text: string, sign: number): number {
  const last = letterOf[text.charCodeAt(sign - 1) & 0xff] as number;
  const second = letterOf[text.charCodeAt(sign - 2) & 0xff] as number;
  const third = letterOf[text.charCodeAt(sign - 3) & 0xff] as number;
  return (third << 10) | (second << 5) | last;
}

function mark(character: string, kind: number): void {
  kindOf[character.charCodeAt(0)] = kind;
}
