// Span contexts to headers and back, through one propagator.

import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';

/** Extracts the span context of a carrier into an empty context. */
export function extractSpanContext(propagator: TextMapPropagator, carrier: unknown): SpanContext | undefined {
  return trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
}

/** Injects a span context into a new object. */
export function injectSpanContext(
  propagator: TextMapPropagator,
  spanContext: SpanContext,
): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), carrier, defaultTextMapSetter);
  return carrier;
}
