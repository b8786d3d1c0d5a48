// `baggageAttributes`: chosen baggage entries, copied onto every span that starts in their context.

import { type Context, propagation } from '@opentelemetry/api';
import type { Span, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * A processor that copies baggage entries onto spans.
 *
 * @param keys the entries to copy; the attribute has the entry's key
 */
export function createBaggageSpanProcessor(keys: readonly string[]): SpanProcessor {
  return {
    onStart(span: Span, parent: Context) {
      const baggage = propagation.getBaggage(parent);
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
