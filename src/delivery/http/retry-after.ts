// Reads the Retry-After header: seconds, or a date.
// Source: RFC 9110, section 10.2.3

// A day. A longer pause is an error of the backend, and timers cannot wait much longer either.
const MAX_MS = 86_400_000;

/**
 * Parses a Retry-After header. Never throws.
 *
 * @param header the value of the header
 * @param wallMs the current time in milliseconds since the epoch, for dates
 * @returns the pause in milliseconds, at most a day; undefined if the header is missing or malformed
 */
export function parseRetryAfter(header: string | undefined, wallMs: number): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Math.min(Number(text) * 1_000, MAX_MS);
  // Date.parse accepts nearly any text; an HTTP date begins with a weekday.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - wallMs), MAX_MS);
}
