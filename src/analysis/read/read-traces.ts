// `readTraces`: from a file or a request to traces.

import { buildTraces } from '../build-traces.js';
import type { Problem, Trace } from '../types.js';
import type { FormatName } from './read-error.js';
import { readSpans } from './read-spans.js';

/** The options of `readTraces`. */
export interface ReadOptions {
  /** The format of the input. @default detected from the input */
  readonly format?: FormatName | undefined;
  /** Receives each problem that belongs to no trace: a span without a valid id, a file whose last line is cut off. */
  readonly onProblem?: ((problem: Problem) => void) | undefined;
}

/**
 * Reads every trace of an input: OTLP JSON, OTLP JSON lines or OTLP protobuf.
 *
 * @param input text, bytes, or a JSON value that is already parsed
 * @param options format, and a callback for problems
 * @returns the traces in the order of their first span
 * @throws ReadError `unknown_format` or `malformed`; the message names the expected input
 * @example
 * const [trace] = readTraces(await (await fetch('/export.json')).text());
 * if (trace) console.log(renderTree(trace));
 */
export function readTraces(input: string | Uint8Array | object, options: ReadOptions = {}): Trace[] {
  const { spans, problems } = readSpans(input, options.format);
  for (const problem of problems) options.onProblem?.(problem);
  return buildTraces(spans);
}
