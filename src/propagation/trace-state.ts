// The codec's tracestate behind OpenTelemetry's interface, keeping the text as it came while nobody changes it.

import type { TraceState } from '@opentelemetry/api';
import { type Tracestate, tracestate } from '../w3c/tracestate.js';

// The longest list without white space: 32 members of 256 + 1 + 256 characters, and 31 commas.
const LONGEST = 32 * 513 + 31;

/** A W3C `tracestate` for a span context. `serialize()` gives the received text unaltered until `set` or `unset`. */
export class W3CTraceState implements TraceState {
  readonly #list: Tracestate;
  readonly #text: string | undefined;

  constructor(list: Tracestate, text?: string) {
    this.#list = list;
    this.#text = text;
  }

  get(key: string): string | undefined {
    return this.#list.get(key);
  }

  set(key: string, value: string): TraceState {
    const next = this.#list.set(key, value);
    return next === this.#list ? this : new W3CTraceState(next);
  }

  unset(key: string): TraceState {
    const next = this.#list.delete(key);
    return next === this.#list ? this : new W3CTraceState(next);
  }

  serialize(): string {
    return this.#text ?? this.#list.toString();
  }
}

/**
 * Reads a `tracestate` of one or several lines.
 *
 * @returns undefined where nothing is left: no members, or a list that breaks the grammar or a limit
 */
export function parseTraceState(lines: readonly string[]): W3CTraceState | undefined {
  const list = tracestate.parse(lines);
  if (list.size === 0) return undefined;
  const text = lines.join(',');
  // White space without end is valid, too, but is not worth carrying on.
  return new W3CTraceState(list, text.length > LONGEST ? undefined : text);
}
