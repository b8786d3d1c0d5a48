// `traceparent` and `tracestate` for OpenTelemetry, on our codec: strict on what comes in, true to it on what goes out.

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
import { isTracingSuppressed } from '../core/suppression.js';
import { reportFault } from '../core/guard.js';
import { FLAG_RANDOM, traceparent } from '../w3c/traceparent.js';
import { readHeaderValues } from './header-values.js';
import { refused, whyNotTraceparent } from './rejected-header.js';
import { parseTraceState } from './trace-state.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

// OpenTelemetry's tracers give children the sampled flag alone. The trace id that came with the random flag is kept
// beside the span, so that the flag can be restored on the way out (Level 2, section 3.2.2.5: it must be propagated).
const RANDOM_TRACE_ID = createContextKey('@do/trace random trace id');

/**
 * W3C Trace Context Level 2 as an OpenTelemetry propagator.
 * Names match in any case, values may be Buffers, the random flag and a valid foreign `tracestate` pass unaltered, and
 * what is malformed is refused whole with a debug diagnostic: the context stays as it was.
 */
export class W3CPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext) || isTracingSuppressed(context)) return;
    const random = context.getValue(RANDOM_TRACE_ID) === spanContext.traceId ? FLAG_RANDOM : 0;
    const { traceId, spanId: parentId, traceFlags } = spanContext;
    try {
      setter.set(carrier, TRACEPARENT, traceparent.format({ traceId, parentId, flags: traceFlags | random }));
      const state = spanContext.traceState?.serialize();
      if (state) setter.set(carrier, TRACESTATE, state);
    } catch (error) {
      // A carrier that cannot be written to (headers already sent) must not fail the request.
      reportFault('the setter of a carrier', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const lines = readHeaderValues(carrier, getter, TRACEPARENT);
      const spanContext = this.#read(lines, () => readHeaderValues(carrier, getter, TRACESTATE));
      if (spanContext === undefined) return context;
      const extracted = trace.setSpanContext(context, spanContext);
      return (spanContext.traceFlags & FLAG_RANDOM) === 0
        ? extracted
        : extracted.setValue(RANDOM_TRACE_ID, spanContext.traceId);
    } catch (error) {
      // Whatever the carrier does when it is read, the request goes on with the context it had.
      reportFault('the getter of a carrier', error);
      return context;
    }
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }

  #read(lines: readonly string[], stateLines: () => string[]): SpanContext | undefined {
    const [text] = lines;
    if (text === undefined) return undefined;
    if (lines.length > 1) {
      refused(TRACEPARENT, `it came ${lines.length} times`, text);
      return undefined;
    }
    const parent = traceparent.parse(text);
    if (parent === undefined) {
      refused(TRACEPARENT, whyNotTraceparent(text), text);
      return undefined;
    }
    const spanContext: SpanContext = {
      traceId: parent.traceId,
      spanId: parent.parentId,
      traceFlags: parent.flags,
      isRemote: true,
    };
    const state = stateLines();
    const traceState = parseTraceState(state);
    if (traceState !== undefined) spanContext.traceState = traceState;
    else if (state.some(line => line.trim() !== '')) {
      refused(TRACESTATE, 'a member or the list breaks the grammar or a limit', state.join(','));
    }
    return spanContext;
  }
}
