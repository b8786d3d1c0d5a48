// Several header fields folded into one text, for carriers that have room for one value only.

const MAX_TEXT = 65_536;

/**
 * Reads folded fields: a JSON object with the headers, or a bare `traceparent`. Never throws.
 *
 * @param text up to 64 KiB; anything longer or of another shape gives no fields
 */
export function parseFoldedFields(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.length > MAX_TEXT) return {};
  if (!text.trimStart().startsWith('{')) return { traceparent: text };
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // Not ours, or damaged on its way: there are no fields to be had.
    return {};
  }
}
