// Whether something of a secret can still be read.

/** Parts of secrets that say nothing: names of schemes and attributes, and what is the same in every secret of a kind. */
const SAYS_NOTHING =
  /^(?:sernam|ername|rname=|respon|espons|sponse|ponse=|Signat|Creden|redent|edenti|dentia|ential|ntial=|github|ithub_|thub_p|hub_pa|ub_pat|ignatu|gnatur|nature|ature=|igest |gest u|est us|st use|t user|usern|Digest|AWS4-H|WS4-HM|S4-HMA|4-HMAC|-HMAC-|HMAC-S|MAC-SH|AC-SHA|C-SHA2|-SHA25|SHA256)/;

/**
 * The first part of a secret that a text holds.
 *
 * @returns undefined where not even six of its characters in a row are left
 */
export function leakOf(secret: string, text: string): string | undefined {
  const length = Math.min(6, secret.length);
  for (let at = 0; at + length <= secret.length; at++) {
    const part = secret.slice(at, at + length);
    if (text.includes(part) && !SAYS_NOTHING.test(part)) return part;
  }
  return undefined;
}
