// Whether something of a secret can still be read.

/** Parts of secrets that say nothing: names of schemes and of what they consist of. */
const SAYS_NOTHING =
  /^(?:Digest|igest |gest u|est us|st use|t user|usern|AWS4-H|WS4-HM|S4-HMA|4-HMAC|-HMAC-|HMAC-S|MAC-SH|AC-SHA|C-SHA2|-SHA25|SHA256)/;

/**
 * The first part of a secret that a text holds.
 *
 * @param size how many of its characters in a row are a leak; more where the text holds random ids that may agree
 * @returns undefined where none is left
 */
export function leakOf(secret: string, text: string, size = 6): string | undefined {
  const length = Math.min(size, secret.length);
  for (let at = 0; at + length <= secret.length; at++) {
    const part = secret.slice(at, at + length);
    if (text.includes(part) && !SAYS_NOTHING.test(part)) return part;
  }
  return undefined;
}
