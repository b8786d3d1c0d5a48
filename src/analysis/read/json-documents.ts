// Parses text that holds JSON: one document, or one on each line as the Collector's file exporter writes them.

import { type FormatName, ReadError } from './read-error.js';

/** The JSON documents of a text. */
export interface JsonDocuments {
  readonly values: readonly unknown[];
  /** The number of the last line, if its JSON is incomplete and no line end follows. */
  readonly truncatedLine?: number;
}

/**
 * Parses a text that holds one JSON document, or one on each line.
 *
 * @param text with or without a byte order mark
 * @param format the format that the caller asked for; errors name it
 * @throws ReadError `unknown_format` if the text is not JSON at all, `malformed` if a document is broken
 */
export function parseJsonDocuments(text: string, format?: FormatName): JsonDocuments {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (!/^\s*[[{]/.test(body)) {
    const message =
      body.trim() === '' ? 'The input is empty.' : 'The input is neither JSON nor OTLP protobuf.';
    throw new ReadError('unknown_format', message, format);
  }
  const whole = parseJson(body);
  if (whole.error === undefined) return { values: [whole.value] };
  return parseJsonLines(body, whole.error, format);
}

/** @param wholeError the syntax error of the text as one document */
function parseJsonLines(body: string, wholeError: string, format: FormatName | undefined): JsonDocuments {
  const lines = body.split('\n');
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const { value, error } = parseJson(line);
    if (error === undefined) {
      values.push(value);
    } else if (values.length === 0) {
      // The first line is not a document: the text is one broken document, not JSON lines.
      throw new ReadError('malformed', `The input is not valid JSON: ${wholeError}.`, format);
    } else if (index === lines.length - 1) {
      return { values, truncatedLine: index + 1 };
    } else {
      throw new ReadError('malformed', `Line ${index + 1} is not valid JSON: ${error}.`, format);
    }
  }
  return { values };
}

function parseJson(text: string): { readonly value?: unknown; readonly error?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // The caller puts the text into a ReadError, with the line number.
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
