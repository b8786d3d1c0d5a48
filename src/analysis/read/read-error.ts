// The error that every reader throws.

/** The formats that can be read. */
export type FormatName = 'otlp-json' | 'otlp-protobuf';

/** The reason why an input could not be read. */
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
  /** The format it was read as, if a format was recognised or given. */
  readonly format: FormatName | undefined;

  constructor(code: ReadErrorCode, message: string, format?: FormatName) {
    super(message);
    this.name = 'ReadError';
    this.code = code;
    this.format = format;
  }
}
