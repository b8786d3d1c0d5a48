// Retry-After: seconds, or the date to come back at.
// Source: RFC 9110, section 10.2.3

// A day: longer is a mistake at the other end, and timers cannot wait much longer either.
const MAX_MS = 86_400_000;

/**
 * Milliseconds that a Retry-After header asks to wait.
 *
 * @param header the header's value
 * @param wallMs now, in milliseconds since the epoch; used for dates only
 * @returns from 0 to a day, or undefined where the header is missing or cannot be read
 */
export function retryAfterMs(header: string | undefined, wallMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1_000, MAX_MS);
  // Date.parse takes nearly anything; a date of HTTP begins with a weekday.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - wallMs), MAX_MS);
}
