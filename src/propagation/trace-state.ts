// `tracestate` as OpenTelemetry's TraceState. The received text is kept until a member changes.

import type { TraceState } from '@opentelemetry/api';
import { MAX_MEMBERS, type Tracestate, tracestate } from '../w3c/tracestate.js';

// The longest list without white space: each member has 256 + 1 + 256 characters, with commas between members.
const MAX_LENGTH = MAX_MEMBERS * 513 + MAX_MEMBERS - 1;

/** A W3C `tracestate` in a span context. `serialize()` returns the received text until `set` or `unset` changes the list. */
export class W3CTraceState implements TraceState {
  readonly #list: Tracestate;
  readonly #text: string | undefined;

  /**
   * @param list the members
   * @param text the received text. @default the canonical form of the list
   */
  constructor(list: Tracestate, text?: string) {
    this.#list = list;
    this.#text = text;
  }

  get(key: string): string | undefined {
    return this.#list.get(key);
  }

  set(key: string, value: string): TraceState {
    const changed = this.#list.set(key, value);
    return changed === this.#list ? this : new W3CTraceState(changed);
  }

  unset(key: string): TraceState {
    const changed = this.#list.delete(key);
    return changed === this.#list ? this : new W3CTraceState(changed);
  }

  serialize(): string {
    return this.#text ?? this.#list.toString();
  }
}

/**
 * Parses one `tracestate` value or several.
 *
 * @returns undefined if there is no member, or if the list violates the grammar or a limit
 */
export function parseTraceState(values: readonly string[]): W3CTraceState | undefined {
  const list = tracestate.parse(values);
  if (list.size === 0) return undefined;
  const text = values.join(',');
  // White space of unlimited length is valid but is not passed on.
  return new W3CTraceState(list, text.length > MAX_LENGTH ? undefined : text);
}
