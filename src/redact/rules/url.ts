// Secrets in the front part of a URL: user info, and the paths of webhooks that are secrets themselves.
//
//   https://ann:secret@host/…     postgres://app:p@ss/word@db     https://token@host     https%3A%2F%2Fann%3Asecret%40host
//   https://hooks.slack.com/services/T…/B…/…      https://api.telegram.org/bot123:…/sendMessage

import { isQuote, matchAt, type SecretRange } from './secret-range.js';

/** User and password with characters in them that should be percent-encoded. */
const CARELESS = /[^\s/?#"'<>`\\@:[\]{]{0,128}:(?!\d{1,5}(?:[/?#\s"'\\,)]|$))[^\s"'<>`]{0,256}@/y;
const ENCODED =
  /%(?:25)*3a%(?:25)*2f%(?:25)*2f((?:[^\s"'<>&%]|%(?!(?:25)*(?:2f|40|3f|22|26))){0,512})%(?:25)*40/iy;
const WEBHOOKS =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|(?:discord|discordapp)\.com\/api\/webhooks\/\d+\/|api\.telegram\.org\/(?:file\/)?bot)/iy;
/** In these a name without a password is no secret: `ssh://git@host`, `postgres://app@db`. */
const WEB = /(?:https?|wss?)$/i;

/**
 * The secret behind the `://` (or `:\/\/` of JSON) at a place.
 *
 * @param at where the colon is
 */
export function findUrlSecret(text: string, at: number): SecretRange | undefined {
  const start = at + (matchAt(/:\\{0,7}\/\\{0,7}\//y, text, at)?.[0].length ?? 3);
  let last = -1;
  let colon = -1;
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (endsAuthority(code)) break;
    if (code === 0x40) last = end;
    else if (code === 0x3a && colon < 0) colon = end;
  }
  // What follows a colon and is no port makes it worth looking further.
  const careless = colon >= 0 && !isPortAt(text, colon + 1) ? matchAt(CARELESS, text, start) : null;
  if (careless !== null) last = start + careless[0].length - 1;
  if (last > start) return userInfo(text, at, start, last);
  return last < 0 && isWebhookHost(text, start) ? webhookSecret(text, start) : undefined;
}

function isWebhookHost(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (first === 0x68) return text.startsWith('hooks.slack.', at);
  if (first === 0x64) return text.startsWith('discord', at);
  return first === 0x61 && text.startsWith('api.telegram.', at);
}

function isPortAt(text: string, at: number): boolean {
  let end = at;
  while (end - at < 5 && text.charCodeAt(end) >= 0x30 && text.charCodeAt(end) <= 0x39) end++;
  return end > at && (end === text.length || endsAuthority(text.charCodeAt(end)));
}

function userInfo(text: string, at: number, start: number, end: number): SecretRange | undefined {
  const written = text.slice(start, end);
  if (end - start <= 64 && /^(?:[*:]+|\$?\{[^}]*\}|redacted(?::redacted)?)$/i.test(written)) return undefined;
  const isSecret = written.includes(':') || WEB.test(text.slice(Math.max(0, at - 5), at));
  return isSecret ? { start, end } : undefined;
}

function webhookSecret(text: string, start: number): SecretRange | undefined {
  const webhook = matchAt(WEBHOOKS, text, start);
  if (webhook === null) return undefined;
  const path = start + webhook[0].length;
  const stops = webhook[0].endsWith('bot') ? /[\w:%-]*/y : /[\w/%-]*/y;
  const length = matchAt(stops, text, path)?.[0].length ?? 0;
  return length < 8 ? undefined : { start: path, end: path + length };
}

/** Whether a character cannot be part of an authority: a blank, a quote or / ? # < > \ , */
function endsAuthority(code: number): boolean {
  return (
    code <= 0x20 ||
    code === 0x2f ||
    isQuote(code) ||
    code === 0x3f ||
    code === 0x23 ||
    code === 0x3c ||
    code === 0x3e ||
    code === 0x5c ||
    code === 0x2c
  );
}

/** The same where colon and slashes are percent-encoded: `at` is the percent sign of `%3A%2F%2F`. */
export function findEncodedUrlSecret(text: string, at: number): SecretRange | undefined {
  const found = matchAt(ENCODED, text, at);
  const userInfo = found?.[1] ?? '';
  if (found === null || userInfo === '') return undefined;
  const at40 = /%(?:25)*40$/.exec(found[0])?.[0].length ?? 0;
  const end = at + found[0].length - at40;
  return { start: end - userInfo.length, end };
}
