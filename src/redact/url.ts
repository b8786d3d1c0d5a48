// Secrets in the front part of a URL: user info, and the paths of webhooks that are secrets themselves.
//
//   https://ann:secret@host/…     postgres://app:p@ss/word@db     https://token@host     https%3A%2F%2Fann%3Asecret%40host
//   https://hooks.slack.com/services/T…/B…/…      https://api.telegram.org/bot123:…/sendMessage

import { matchAt, type Range } from './range.js';

const AUTHORITY = /[^\s/?#"'<>`\\,]*/y;
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
export function urlSecret(text: string, at: number): Range | undefined {
  const slashes = matchAt(/:(?:\/\/|\\\/\\\/)/y, text, at);
  if (slashes === null) return undefined;
  const start = at + slashes[0].length;
  const authority = matchAt(AUTHORITY, text, start)?.[0] ?? '';
  const careless = matchAt(CARELESS, text, start)?.[0];
  const end = careless === undefined ? start + authority.lastIndexOf('@') : start + careless.length - 1;
  if (end > start) {
    const userInfo = text.slice(start, end);
    if (/^[*:]+$|^\W*(?:redacted|\$?\{[^}]*\}|[:*])+$/i.test(userInfo)) return undefined;
    const colon = userInfo.indexOf(':');
    const isSecret =
      colon < 0 ? WEB.test(text.slice(Math.max(0, at - 5), at)) : colon < userInfo.length - 1 || colon > 0;
    return isSecret ? { start, end } : undefined;
  }
  const webhook = matchAt(WEBHOOKS, text, start);
  if (webhook === null) return undefined;
  const path = start + webhook[0].length;
  const stops = webhook[0].endsWith('bot') ? /[\w:%-]*/y : /[\w/%-]*/y;
  const length = matchAt(stops, text, path)?.[0].length ?? 0;
  return length < 8 ? undefined : { start: path, end: path + length };
}

/** The same where colon and slashes are percent-encoded: `at` is the percent sign of `%3A%2F%2F`. */
export function encodedUrlSecret(text: string, at: number): Range | undefined {
  const found = matchAt(ENCODED, text, at);
  const userInfo = found?.[1] ?? '';
  if (found === null || userInfo === '') return undefined;
  const at40 = /%(?:25)*40$/.exec(found[0])?.[0].length ?? 0;
  const end = at + found[0].length - at40;
  return { start: end - userInfo.length, end };
}
