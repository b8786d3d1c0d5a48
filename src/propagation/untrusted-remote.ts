// `trustRemote: 'never'`: a service at the edge starts a new trace for each request and links it to the caller.
//
// After extraction, a placeholder span without ids replaces the caller in the context, so every tracer starts a new
// trace. A span processor finds the placeholder in the parent context of the first span and adds the link. Child spans,
// detached spans and spans with `root: true` have another parent context and get no link.

import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  type Span,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** The span context of the caller, by placeholder. */
const callers = new WeakMap<Span, SpanContext>();

/** A propagator that injects like the given one, and extracts baggage but no trace. */
export class UntrustedRemotePropagator implements TextMapPropagator {
  readonly #propagator: TextMapPropagator;

  /** @param propagator reads and writes the headers */
  constructor(propagator: TextMapPropagator) {
    this.#propagator = propagator;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    this.#propagator.inject(context, carrier, setter);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.#propagator.extract(context, carrier, getter);
    const remoteSpan = trace.getSpan(extracted);
    if (remoteSpan === undefined || remoteSpan === trace.getSpan(context)) return extracted;
    const caller = remoteSpan.spanContext();
    if (!isSpanContextValid(caller)) return extracted;
    const placeholder = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    callers.set(placeholder, caller);
    return trace.setSpan(extracted, placeholder);
  }

  fields(): string[] {
    return this.#propagator.fields();
  }
}

/**
 * Creates a processor that links the first span of a request to the untrusted caller.
 *
 * @see https://opentelemetry.io/docs/concepts/signals/traces/#span-links
 */
export function createRemoteLinkProcessor(): SpanProcessor {
  return {
    onStart(span, parentContext) {
      const parent = trace.getSpan(parentContext);
      const caller = parent === undefined ? undefined : callers.get(parent);
      if (caller !== undefined) span.addLink({ context: caller });
    },
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
}
