// Baggage in a context as plain strings. It is OpenTelemetry's own baggage, so that every propagator sends it.

import { type Context, propagation } from '@opentelemetry/api';

/**
 * Returns a context with these entries added to its baggage. Existing entries of the same name are replaced.
 *
 * @param entries names and values; values that are undefined or null are left out
 * @param context the context to extend
 */
export function addBaggageEntries(entries: Readonly<Record<string, string>>, context: Context): Context {
  let baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
  for (const [key, value] of Object.entries(entries)) {
    if (value != null) baggage = baggage.setEntry(key, { value: `${value}` });
  }
  return propagation.setBaggage(context, baggage);
}

/** Returns the baggage of a context as names and values; empty without baggage. */
export function getBaggageEntries(context: Context): Record<string, string> {
  const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, entry]) => [key, entry.value]));
}
