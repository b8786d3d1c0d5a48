// Several header fields in one text, for carriers with room for a single value.

const MAX_TEXT_LENGTH = 65_536;

/**
 * Parses folded fields: a JSON object of headers, or only a `traceparent`. Never throws.
 *
 * @param text at most 64 KiB; longer text and text of another form has no fields
 */
export function parseFoldedFields(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.length > MAX_TEXT_LENGTH) return {};
  if (!text.trimStart().startsWith('{')) return { traceparent: text };
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    // The text has another origin or was damaged, so it has no fields.
    return {};
  }
}
