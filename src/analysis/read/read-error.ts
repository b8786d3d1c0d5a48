// The one error the readers throw, and the shape of a reader.

import type { FlatSpan, Problem } from '../types.js';

/** The formats that can be read. */
export type FormatName = 'otlp-json' | 'otlp-protobuf';

/** Why an input could not be read. */
export type ReadErrorCode = 'unknown_format' | 'malformed';

/**
 * An input that cannot be read.
 *
 * @example
 * try { readTraces(file); }
 * catch (error) { if (error instanceof ReadError && error.code === 'unknown_format') help(); }
 */
export class ReadError extends Error {
  readonly code: ReadErrorCode;
  /** The format it was read as; none where no format was recognised. */
  readonly format: FormatName | undefined;

  constructor(code: ReadErrorCode, message: string, format?: FormatName) {
    super(message);
    this.name = 'ReadError';
    this.code = code;
    this.format = format;
  }
}

/** What one input held. */
export interface Batch {
  readonly spans: FlatSpan[];
  /** Spans that were left out, and other trouble that belongs to no trace. */
  readonly problems: Problem[];
}

/** A format whose documents are JSON values. */
export interface JsonReader {
  readonly name: FormatName;
  readonly input: 'json';
  /** Whether the value looks like this format; cheap, and never throws. */
  matches(value: unknown): boolean;
  /** Reads the value; throws `ReadError` where it breaks the format. */
  read(value: unknown): Batch;
}

/** A format that is not text. */
export interface BinaryReader {
  readonly name: FormatName;
  readonly input: 'bytes';
  /** Whether the bytes look like this format; cheap, and never throws. */
  matches(bytes: Uint8Array): boolean;
  /** Reads the bytes; throws `ReadError` where they break the format. */
  read(bytes: Uint8Array): Batch;
}

/** One format. */
export type Reader = JsonReader | BinaryReader;
