// Whether something of a secret can still be read.

/** Parts of secrets that say nothing: names of schemes and of what they consist of. */
const SAYS_NOTHING =
  /^(?:Digest|igest |gest u|est us|st use|t user|usern|AWS4-H|WS4-HM|S4-HMA|4-HMAC|-HMAC-|HMAC-S|MAC-SH|AC-SHA|C-SHA2|-SHA25|SHA256)/;

/** How much of a secret in a row is a leak where the text holds random ids, which may agree with less of it. */
const LONG = 12;

/**
 * The first part of a secret that a text holds.
 *
 * @param size how many of its characters in a row are a leak; more where the text holds random ids that may agree
 * @returns undefined where none is left
 */
export function leakOf(secret: string, text: string, size = 6): string | undefined {
  return partsOf(secret, size).find(part => text.includes(part));
}

/**
 * The parts of secrets that a long text holds, such as all that was sent: it is read once, however many secrets there are.
 *
 * @param secrets each of eight characters at least
 */
export function leaksIn(secrets: readonly string[], text: string): string[] {
  const parts = new Set(secrets.flatMap(secret => partsOf(secret, LONG)));
  const found = [...parts].filter(part => part.length < LONG && text.includes(part));
  const starts = new Set([...parts].map(part => part.slice(0, 2)));
  for (let at = 0; at + LONG <= text.length; at++) {
    if (!starts.has(text.slice(at, at + 2))) continue;
    const here = text.slice(at, at + LONG);
    if (parts.has(here)) found.push(here);
  }
  return found;
}

function partsOf(secret: string, size: number): string[] {
  const length = Math.min(size, secret.length);
  return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length)).filter(
    part => !SAYS_NOTHING.test(part),
  );
}
