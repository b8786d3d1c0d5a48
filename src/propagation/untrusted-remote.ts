// `trustRemote: 'never'`: a service at the edge takes no trace from its callers, but remembers which one it was.
//
// What was extracted is taken out of the span slot, and a stand-in without ids takes its place: every tracer starts a
// new trace under it. The processor finds the stand-in in the context in which that first span starts, and links it to
// the caller. Spans further down, detached ones and those with `root: true` never see it.

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

/** The callers behind the stand-ins. */
const callers = new WeakMap<Span, SpanContext>();

/** A propagator that writes like the given one, and takes in baggage but no trace. */
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
    const found = trace.getSpan(extracted);
    if (found === undefined || found === trace.getSpan(context)) return extracted;
    const caller = found.spanContext();
    if (!isSpanContextValid(caller)) return extracted;
    const standIn = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    callers.set(standIn, caller);
    return trace.setSpan(extracted, standIn);
  }

  fields(): string[] {
    return this.#propagator.fields();
  }
}

/**
 * Links the first span of a request to the caller that was not trusted.
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
