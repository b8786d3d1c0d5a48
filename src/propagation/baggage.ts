// Baggage in a context as plain strings. It is OpenTelemetry's own baggage, so that every propagator sends it.

import { type BaggageEntry, type Context, propagation } from '@opentelemetry/api';

/**
 * Returns a context with these entries added to its baggage. Existing entries of the same name are replaced, and those whose
 * new value is undefined or null are removed. Numbers and booleans become text.
 *
 * @param entries names and values
 * @param context the context to extend
 * @param onInvalid receives each entry whose value is of another type, and which is left out
 */
export function addBaggageEntries(
  entries: Readonly<Record<string, unknown>>,
  context: Context,
  onInvalid?: (key: string, value: unknown) => void,
): Context {
  // One object for all entries: `setEntry` copies the whole baggage each time.
  const merged = new Map<string, BaggageEntry>(propagation.getBaggage(context)?.getAllEntries());
  for (const [key, value] of Object.entries(entries)) {
    if (value === undefined || value === null) merged.delete(key);
    else if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
      onInvalid?.(key, value);
    } else merged.set(key, { value: `${value as string}` });
  }
  return propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(merged)));
}

/** Returns the baggage of a context as names and values; empty without baggage. */
export function getBaggageEntries(context: Context): Record<string, string> {
  const entries = propagation.getBaggage(context)?.getAllEntries() ?? [];
  return Object.fromEntries(entries.map(([key, entry]) => [key, entry.value]));
}
