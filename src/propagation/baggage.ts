// Baggage in a context as plain strings: OpenTelemetry's own baggage, so that every propagator carries it.

import { type Context, propagation } from '@opentelemetry/api';

/**
 * A context with these entries added to its baggage; an entry of the same name is replaced.
 *
 * @param entries names and values; a value of undefined or null is left out
 * @param context what to build on
 */
export function addBaggageEntries(entries: Readonly<Record<string, string>>, context: Context): Context {
  let all = propagation.getBaggage(context) ?? propagation.createBaggage();
  for (const [key, value] of Object.entries(entries)) {
    if (value != null) all = all.setEntry(key, { value: `${value}` });
  }
  return propagation.setBaggage(context, all);
}

/** The baggage of a context, names to values; empty where there is none. */
export function getBaggageEntries(context: Context): Record<string, string> {
  const all = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return Object.fromEntries(all.map(([key, entry]) => [key, entry.value]));
}
