// The interface of a reader: one for each input format.

import type { FlatSpan, Problem } from '../types.js';
import type { FormatName } from './read-error.js';

/** The content of one input. */
export interface Batch {
  readonly spans: FlatSpan[];
  /** Spans that were left out, and other problems that belong to no trace. */
  readonly problems: Problem[];
}

/** A reader of a format whose documents are JSON values. */
export interface JsonReader {
  readonly name: FormatName;
  readonly input: 'json';
  /** Whether the value looks like this format. It is cheap and never throws. */
  matches(value: unknown): boolean;
  /** Reads the value, or throws `ReadError` if it violates the format. */
  read(value: unknown): Batch;
}

/** A reader of a binary format. */
export interface BinaryReader {
  readonly name: FormatName;
  readonly input: 'bytes';
  /** Whether the bytes look like this format. It is cheap and never throws. */
  matches(bytes: Uint8Array): boolean;
  /** Reads the bytes, or throws `ReadError` if they violate the format. */
  read(bytes: Uint8Array): Batch;
}

/** A reader of any format. */
export type Reader = JsonReader | BinaryReader;
