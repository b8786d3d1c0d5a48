// Finds secrets in the front part of a URL: user info, and the paths of webhooks, which are secrets.
//
//   https://ann:secret@host/…     postgres://app:p@ss/word@db     https://token@host     https%3A%2F%2Fann%3Asecret%40host
//   https://hooks.slack.com/services/T…/B…/…      https://api.telegram.org/bot123:…/sendMessage

import { isQuote, matchAt, type SecretRange } from './secret-range.js';

/** User and password with characters that should be percent-encoded. */
const UNENCODED_USER_INFO = /[^\s/?#"'<>`\\@:[\]{]{0,128}:(?!\d{1,5}(?:[/?#\s"'\\,)]|$))[^\s"'<>`]{0,256}@/y;
const ENCODED_USER_INFO =
  /%(?:25)*3a%(?:25)*2f%(?:25)*2f((?:[^\s"'<>&%]|%(?!(?:25)*(?:2f|40|3f|22|26))){0,512})%(?:25)*40/iy;
const WEBHOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|(?:discord|discordapp)\.com\/api\/webhooks\/\d+\/|api\.telegram\.org\/(?:file\/)?bot)/iy;
/** Under these schemes a user without a password is a token. Elsewhere it is a name: `ssh://git@host`, `postgres://app@db`. */
const WEB_SCHEME = /(?:https?|wss?)$/i;

/**
 * Finds the secret behind the `://` of a URL, or the `:\/\/` of a URL in JSON.
 *
 * @param at the position of the colon
 */
export function findUrlSecret(text: string, at: number): SecretRange | undefined {
  const start = at + (matchAt(/:\\{0,7}\/\\{0,7}\//y, text, at)?.[0].length ?? 3);
  let lastAtSign = -1;
  let colon = -1;
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (isAuthorityEnd(code)) break;
    if (code === 0x40) lastAtSign = end;
    else if (code === 0x3a && colon < 0) colon = end;
  }
  // The text behind a colon is a port or a password. A password can hold characters that end the authority.
  const mayHavePassword = colon >= 0 && !isPortAt(text, colon + 1);
  const unencoded = mayHavePassword ? matchAt(UNENCODED_USER_INFO, text, start) : null;
  if (unencoded !== null) lastAtSign = start + unencoded[0].length - 1;
  if (lastAtSign > start) return findUserInfo(text, at, start, lastAtSign);
  return lastAtSign < 0 && isWebhookHost(text, start) ? findWebhookPath(text, start) : undefined;
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
  return end > at && (end === text.length || isAuthorityEnd(text.charCodeAt(end)));
}

function findUserInfo(text: string, at: number, start: number, end: number): SecretRange | undefined {
  const userInfo = text.slice(start, end);
  const isPlaceholder = /^(?:[*:]+|\$?\{[^}]*\}|redacted(?::redacted)?)$/i;
  if (end - start <= 64 && isPlaceholder.test(userInfo)) return undefined;
  const isSecret = userInfo.includes(':') || WEB_SCHEME.test(text.slice(Math.max(0, at - 5), at));
  return isSecret ? { start, end } : undefined;
}

function findWebhookPath(text: string, start: number): SecretRange | undefined {
  const webhook = matchAt(WEBHOOK, text, start);
  if (webhook === null) return undefined;
  const path = start + webhook[0].length;
  const pathExpression = webhook[0].endsWith('bot') ? /[\w:%-]*/y : /[\w/%-]*/y;
  const length = matchAt(pathExpression, text, path)?.[0].length ?? 0;
  return length < 8 ? undefined : { start: path, end: path + length };
}

/** Whether a character ends the authority: a blank, a quote or / ? # < > \ , */
function isAuthorityEnd(code: number): boolean {
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

/** Finds user info behind a percent-encoded `://`: `at` is the percent sign of `%3A%2F%2F`. */
export function findEncodedUrlSecret(text: string, at: number): SecretRange | undefined {
  const match = matchAt(ENCODED_USER_INFO, text, at);
  const userInfo = match?.[1] ?? '';
  if (match === null || userInfo === '') return undefined;
  const atSignLength = /%(?:25)*40$/.exec(match[0])?.[0].length ?? 0;
  const end = at + match[0].length - atSignLength;
  return { start: end - userInfo.length, end };
}
