// Templates of values that differ from each other in one part: a number in a URL, an id at the end. The text around the
// part was searched before, so only the part is searched, in a fifth of the time.
//
//   https://api.example/v1/charges/ 4711 ?expand=items
//   head                            part tail

import { isPlainPart } from '../prefilter/plain-text.js';

/** The common text of values of one attribute. */
export interface ValueTemplate {
  /** Ends with a character that no key and no token contains: a slash or an equals sign, in a URL behind its host. */
  readonly head: string;
  /** Empty, or begins with a character that no key and no token contains. */
  readonly tail: string;
}

/**
 * Derives the template of two texts without candidate places.
 *
 * @param one a text
 * @param other another text
 * @returns undefined if the common text is at most half of the first text
 */
export function deriveTemplate(one: string, other: string): ValueTemplate | undefined {
  const shorter = Math.min(one.length, other.length);
  let headLength = 0;
  while (headLength < shorter && one.charCodeAt(headLength) === other.charCodeAt(headLength)) headLength++;
  let tailLength = 0;
  while (
    tailLength < shorter - headLength &&
    one.charCodeAt(one.length - 1 - tailLength) === other.charCodeAt(other.length - 1 - tailLength)
  )
    tailLength++;
  while (headLength > 0 && !canEndHead(one, headLength)) headLength--;
  while (tailLength > 0 && !canBeginTail(one.charCodeAt(one.length - tailLength))) tailLength--;
  if (headLength === 0 || (headLength + tailLength) * 2 <= one.length) return undefined;
  return { head: one.slice(0, headLength), tail: tailLength === 0 ? '' : one.slice(-tailLength) };
}

/** Whether a text has the form of the template and a part that cannot hold a secret. */
export function matchesTemplate({ head, tail }: ValueTemplate, text: string): boolean {
  const from = head.length;
  const to = text.length - tail.length;
  // `lastIndexOf` at the start replaces `startsWith`, which takes 4 ns a character.
  return to >= from && text.endsWith(tail) && text.lastIndexOf(head, 0) === 0 && isPlainPart(text, from, to);
}

/** Behind = or /, except the slashes of `://` and `:\/\/`: the path is a secret under the hosts of webhooks. */
function canEndHead(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1);
  if (last !== 0x2f) return last === 0x3d;
  const before = text.charCodeAt(end - 2);
  return before !== 0x3a && before !== 0x2f && before !== 0x5c;
}

/** / and ? and & */
function canBeginTail(code: number): boolean {
  return code === 0x2f || code === 0x3f || code === 0x26;
}
