// Text to JSON values: one document, or one on each line as the Collector's file exporter writes them.

import { type FormatName, ReadError } from './read-error.js';

/** The documents of a text. */
export interface JsonDocuments {
  readonly values: readonly unknown[];
  /** The number of the last line, where it has no line end and no end of its JSON either. */
  readonly torn?: number;
}

/**
 * Parses a text that holds one JSON document or one on each line.
 *
 * @param text with or without a byte order mark
 * @param format named in errors, where the caller knows it
 * @throws ReadError `unknown_format` where the text is not JSON at all, `malformed` where a line breaks off
 */
export function parseJsonDocuments(text: string, format?: FormatName): JsonDocuments {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!/^\s*[[{]/.test(body)) {
    const seen = body.trim() === '' ? 'The input is empty.' : 'The input is neither JSON nor OTLP protobuf.';
    throw new ReadError('unknown_format', seen, format);
  }
  const whole = parse(body);
  if (whole.error === undefined) return { values: [whole.value] };
  return parseLines(body, whole.error, format);
}

function parseLines(body: string, wholeError: string, format: FormatName | undefined): JsonDocuments {
  const lines = body.split('\n');
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const { value, error } = parse(line);
    if (error === undefined) {
      values.push(value);
    } else if (values.length === 0) {
      // Not even the first line stands alone: this is one document, and it is broken.
      throw new ReadError('malformed', `The input is not valid JSON: ${wholeError}.`, format);
    } else if (index === lines.length - 1) {
      return { values, torn: index + 1 };
    } else {
      throw new ReadError('malformed', `Line ${index + 1} is not valid JSON: ${error}.`, format);
    }
  }
  return { values };
}

function parse(text: string): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Told to the caller in a ReadError, with the line.
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
