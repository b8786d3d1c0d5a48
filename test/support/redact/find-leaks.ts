// Finds parts of secrets that are still readable in a text.

/** Parts of secrets that carry no information: names of schemes and algorithms. */
const PUBLIC_PARTS =
  /^(?:Digest|igest |gest u|est us|st use|t user|usern|AWS4-H|WS4-HM|S4-HMA|4-HMAC|-HMAC-|HMAC-S|MAC-SH|AC-SHA|C-SHA2|-SHA25|SHA256)/;

/** The length of a part in a text with random ids, which can equal shorter parts by chance. */
const LONG_PART = 12;

/**
 * Finds the first part of a secret in a text.
 *
 * @param size the length of a part
 * @returns undefined if the text holds none
 */
export function findLeak(secret: string, text: string, size = 6): string | undefined {
  return partsOf(secret, size).find(part => text.includes(part));
}

/**
 * Finds parts of secrets in a long text, such as all requests. It reads the text once for any number of secrets.
 *
 * @param secrets each of at least eight characters
 */
export function findLeaks(secrets: readonly string[], text: string): string[] {
  const parts = new Set(secrets.flatMap(secret => partsOf(secret, LONG_PART)));
  const leaks = [...parts].filter(part => part.length < LONG_PART && text.includes(part));
  const starts = new Set([...parts].map(part => part.slice(0, 2)));
  for (let at = 0; at + LONG_PART <= text.length; at++) {
    if (!starts.has(text.slice(at, at + 2))) continue;
    const part = text.slice(at, at + LONG_PART);
    if (parts.has(part)) leaks.push(part);
  }
  return leaks;
}

function partsOf(secret: string, size: number): string[] {
  const length = Math.min(size, secret.length);
  return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length)).filter(
    part => !PUBLIC_PARTS.test(part),
  );
}
