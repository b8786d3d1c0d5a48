// The propagation headers of an outgoing HTTP request. They replace headers of the same names that the application has
// set: a gateway that forwards the headers of its caller would otherwise send two values, which the next service rejects.

import { type Context, propagation, type TextMapSetter } from '@opentelemetry/api';
import { globalState } from '../core/global-state.js';
import { reportFault } from '../core/guard.js';
import type { RequestTarget } from '../core/request-target.js';

/** The headers to send and to remove. */
export interface OutgoingHeaders {
  /** Names in the spelling of the propagator, with their values. At least one. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  /** The names of `entries` and of `stale`, in lower case. */
  readonly replaced: ReadonlySet<string>;
  /** Names to remove: a `tracestate` of the application belongs to its own `traceparent`, not to the new one. */
  readonly stale: readonly string[];
}

const BAGGAGE = 'baggage';

const entrySetter: TextMapSetter<[string, string][]> = {
  set(entries, key, value) {
    const existing = entries.find(([name]) => name === key);
    if (existing === undefined) entries.push([key, value]);
    else existing[1] = value;
  },
};

/**
 * Creates the headers of a request with the registered propagator and the option `propagate`. Never throws.
 *
 * @param context the context to propagate
 * @param target the target of the request. Undefined for a URL that is not HTTP, which no rule allows
 * @returns undefined if the headers of the application stay as they are
 */
export function createOutgoingHeaders(
  context: Context,
  target: RequestTarget | undefined,
): OutgoingHeaders | undefined {
  const allowed = applyPolicy(context, target);
  if (allowed === undefined) return undefined;
  const entries: [string, string][] = [];
  try {
    propagation.inject(allowed, entries, entrySetter);
    return entries.length === 0 ? undefined : describeHeaders(entries);
  } catch (error) {
    // A propagator of another package may throw. The request is sent without context.
    reportFault('the registered propagator', error);
    return undefined;
  }
}

function applyPolicy(context: Context, target: RequestTarget | undefined): Context | undefined {
  const policy = globalState.propagation;
  if (policy === undefined) return context;
  return target === undefined ? undefined : policy.filterOutgoing(context, target);
}

function describeHeaders(entries: [string, string][]): OutgoingHeaders {
  const replaced = new Set(entries.map(([name]) => name.toLowerCase()));
  const stale: string[] = [];
  // Baggage alone is no new parent, so the trace headers of the application stay.
  if (replaced.size > 1 || !replaced.has(BAGGAGE)) {
    for (const field of propagation.fields()) {
      const name = field.toLowerCase();
      if (name === BAGGAGE || replaced.has(name)) continue;
      replaced.add(name);
      stale.push(name);
    }
  }
  return { entries, replaced, stale };
}

/**
 * Returns a list of headers in which the propagation headers replace those of the application. Both forms of Node.js are
 * supported: `[name, value, name, value]` and `[[name, value], ...]`. Other values in the list are kept.
 *
 * @param list the headers of the application; not changed
 * @param headers the propagation headers
 */
export function replaceInList(list: readonly unknown[], { entries, replaced }: OutgoingHeaders): unknown[] {
  const isReplaced = (name: unknown): boolean => typeof name === 'string' && replaced.has(name.toLowerCase());
  if (Array.isArray(list[0])) {
    return [...list.filter(pair => !(Array.isArray(pair) && isReplaced(pair[0]))), ...entries];
  }
  // Node.js refuses a list of odd length, and its message shows the list.
  if (list.length % 2 !== 0) return [...list];
  const result: unknown[] = [];
  for (let index = 0; index < list.length; index += 2) {
    if (!isReplaced(list[index])) result.push(...list.slice(index, index + 2));
  }
  return [...result, ...entries.flat()];
}
