// `traceparent` and `tracestate` as an OpenTelemetry propagator, on the strict codec in `w3c/`.

import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { reportFault } from '../core/guard.js';
import { isTracingSuppressed } from '../core/suppression.js';
import { FLAG_RANDOM, traceparent } from '../w3c/traceparent.js';
import { explainInvalidTraceparent } from './explain-traceparent.js';
import { readHeaderValues } from './header-values.js';
import { reportRejectedHeader } from './propagation-diagnostics.js';
import { parseTraceState } from './trace-state.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

// OpenTelemetry's tracers pass only the sampled flag to children. The context keeps the trace id that was received with
// the random flag, so that inject can restore the flag (Level 2, section 3.2.2.5 requires its propagation).
const RANDOM_TRACE_ID = createContextKey('@do/trace random trace id');

/**
 * W3C Trace Context Level 2 as an OpenTelemetry propagator.
 * Header names match in any case and values may be Buffers. The random flag and a valid `tracestate` of other vendors
 * are passed on unchanged. A malformed header is ignored with a debug diagnostic, and the context stays as it was.
 */
export class W3CPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext) || isTracingSuppressed(context)) return;
    const randomFlag = context.getValue(RANDOM_TRACE_ID) === spanContext.traceId ? FLAG_RANDOM : 0;
    const { traceId, spanId: parentId, traceFlags } = spanContext;
    const flags = traceFlags | randomFlag;
    try {
      setter.set(carrier, TRACEPARENT, traceparent.format({ traceId, parentId, flags }));
      const state = spanContext.traceState?.serialize();
      if (state) setter.set(carrier, TRACESTATE, state);
    } catch (error) {
      // A carrier that cannot be written (headers already sent) must not fail the request.
      reportFault('the setter of a carrier', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const parent = parseParent(readHeaderValues(carrier, getter, TRACEPARENT));
      if (parent === undefined) return context;
      const spanContext = addTraceState(parent, readHeaderValues(carrier, getter, TRACESTATE));
      const extracted = trace.setSpanContext(context, spanContext);
      return traceparent.isRandom({ flags: spanContext.traceFlags })
        ? extracted.setValue(RANDOM_TRACE_ID, spanContext.traceId)
        : extracted;
    } catch (error) {
      // A carrier that throws must not fail the request, which continues in the given context.
      reportFault('the getter of a carrier', error);
      return context;
    }
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

/** Parses the values of `traceparent`; undefined unless there is exactly one and it is valid. */
function parseParent(values: readonly string[]): SpanContext | undefined {
  const [text] = values;
  if (text === undefined) return undefined;
  if (values.length > 1) {
    reportRejectedHeader(TRACEPARENT, `it was received ${values.length} times`, text);
    return undefined;
  }
  const parent = traceparent.parse(text);
  if (parent === undefined) {
    reportRejectedHeader(TRACEPARENT, explainInvalidTraceparent(text), text);
    return undefined;
  }
  const { traceId, parentId: spanId, flags: traceFlags } = parent;
  return { traceId, spanId, traceFlags, isRemote: true };
}

function addTraceState(spanContext: SpanContext, values: readonly string[]): SpanContext {
  const traceState = parseTraceState(values);
  if (traceState !== undefined) return { ...spanContext, traceState };
  if (values.some(value => value.trim() !== '')) {
    reportRejectedHeader(TRACESTATE, 'a member is invalid or a limit is exceeded', values.join(','));
  }
  return spanContext;
}
