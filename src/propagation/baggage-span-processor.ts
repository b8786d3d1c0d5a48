// The option `baggageAttributes`: baggage entries that become attributes of every span.

import { type Context, propagation } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * Creates a processor that copies baggage entries to the spans that start in their context.
 *
 * @param keys the entries to copy; each attribute has the key of its entry
 */
export function createBaggageSpanProcessor(keys: readonly string[]): SpanProcessor {
  return {
    onStart(span: Span, parentContext: Context) {
      const baggage = propagation.getBaggage(parentContext);
      if (baggage === undefined) return;
      for (const key of keys) {
        const entry = baggage.getEntry(key);
        if (entry !== undefined) span.setAttribute(key, entry.value);
      }
    },
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
}
