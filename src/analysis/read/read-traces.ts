// From a file or a request to traces.

import { buildTraces } from '../build-traces.js';
import type { Problem, Trace } from '../types.js';
import { readSpans } from './read-spans.js';
import type { FormatName } from './read-error.js';

/** How `readTraces` reads. */
export interface ReadOptions {
  /** Read as this format instead of looking what it is. */
  readonly format?: FormatName;
  /** Is told of trouble that belongs to no trace: spans without a valid id, a file that breaks off. */
  readonly onProblem?: (problem: Problem) => void;
}

/**
 * Reads every trace of an input, in the order in which they come up: OTLP JSON, OTLP JSON lines, OTLP protobuf.
 *
 * @param input text, bytes, or an already parsed JSON value
 * @throws ReadError `unknown_format` or `malformed`, with what was expected
 * @example
 * const [trace] = readTraces(await (await fetch('/export.json')).text());
 * if (trace) console.log(renderTree(trace));
 */
export function readTraces(input: string | Uint8Array | object, options: ReadOptions = {}): Trace[] {
  const { spans, problems } = readSpans(input, options.format);
  for (const problem of problems) options.onProblem?.(problem);
  return buildTraces(spans);
}
