// `readSpans`: detects the format of an input and reads its spans. A new format is one file beside this one and one entry in
// `READERS`.

import { parseJsonDocuments } from './json-documents.js';
import { otlpJson } from './otlp-json.js';
import { otlpProtobuf } from './otlp-protobuf.js';
import { type FormatName, ReadError } from './read-error.js';
import type { Batch, JsonReader, Reader } from './reader.js';

/** Every format, in the order of detection. */
const READERS: readonly Reader[] = [otlpJson, otlpProtobuf];

/** The formats that can be read. */
export const FORMATS: readonly FormatName[] = READERS.map(reader => reader.name);

/**
 * Reads the spans of an input in any format.
 *
 * @param input text, bytes, or a JSON value that is already parsed
 * @param format the format of the input; detected if it is left out
 * @throws ReadError `unknown_format` or `malformed`
 */
export function readSpans(input: string | Uint8Array | object, format?: FormatName): Batch {
  if (input instanceof Uint8Array) return readBytes(input, format);
  if (typeof input === 'string') return readText(input, format);
  return readValues([input], format);
}

function readBytes(bytes: Uint8Array, format: FormatName | undefined): Batch {
  const binary = READERS.find(
    reader =>
      reader.input === 'bytes' && (format === undefined ? reader.matches(bytes) : reader.name === format),
  );
  if (binary?.input === 'bytes') return binary.read(bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new ReadError('unknown_format', 'The input is compressed with gzip. Decompress it first.');
  }
  return readText(new TextDecoder().decode(bytes), format);
}

function readText(text: string, format: FormatName | undefined): Batch {
  const { values, truncatedLine } = parseJsonDocuments(text, format);
  const batch = readValues(values, format);
  if (truncatedLine !== undefined) {
    const message = `Line ${truncatedLine} is cut off and was left out. The file may still be written.`;
    batch.problems.push({ code: 'torn_line', message });
  }
  return batch;
}

function readValues(values: readonly unknown[], format: FormatName | undefined): Batch {
  const batches = values.map(value => findReader(value, format).read(value));
  const only = batches[0];
  if (only !== undefined && batches.length === 1) return only;
  return {
    spans: batches.flatMap(batch => batch.spans),
    problems: batches.flatMap(batch => batch.problems),
  };
}

function findReader(value: unknown, format: FormatName | undefined): JsonReader {
  for (const reader of READERS) {
    if (reader.input !== 'json') continue;
    if (format === undefined ? reader.matches(value) : reader.name === format) return reader;
  }
  throw new ReadError(
    'unknown_format',
    `The input is JSON, but not a trace in a known format (${FORMATS.join(', ')}).`,
  );
}
