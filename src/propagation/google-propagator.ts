// The header of Google Cloud.
//
//   X-Cloud-Trace-Context: 105445aa7843bc8bf206b12000100000/1311768467463790320;o=1
//                          |                                |                   |
//                          trace id, 32 hex                 span id, decimal    1: sampled, 0: not sampled
//
// Span id and options may be missing. A missing span id names no parent, so the trace is not continued.

import {
  type Context,
  isSpanContextValid,
  isValidTraceId,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '../core/suppression.js';
import { traceparent } from '../w3c/traceparent.js';
import { readHeaderValues } from './header-values.js';
import { reportRejectedHeader } from './propagation-diagnostics.js';

const HEADER = 'x-cloud-trace-context';
const FORM = /^\s*([0-9a-f]{32})\/(\d{1,20})(?:;o=(\d+))?\s*$/i;
const MAX_LENGTH = 256;
const MAX_ID = 2n ** 64n - 1n;

/**
 * The header of Google Cloud as an OpenTelemetry propagator.
 *
 * @see https://cloud.google.com/trace/docs/trace-context#legacy-http-header
 */
export class GooglePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext) || isTracingSuppressed(context)) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const sampled = traceparent.isSampled({ flags: traceFlags }) ? 1 : 0;
    setter.set(carrier, HEADER, `${traceId}/${BigInt(`0x${spanId}`)};o=${sampled}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const [text] = readHeaderValues(carrier, getter, HEADER);
    if (text === undefined) return context;
    const [, id = '', decimal = '0', options] = FORM.exec(text.slice(0, MAX_LENGTH)) ?? [];
    const traceId = id.toLowerCase();
    const span = BigInt(decimal);
    if (!isValidTraceId(traceId) || span === 0n || span > MAX_ID) {
      reportRejectedHeader(HEADER, 'it is not of the form TRACE_ID/SPAN_ID;o=OPTIONS', text);
      return context;
    }
    return trace.setSpanContext(context, {
      traceId,
      spanId: span.toString(16).padStart(16, '0'),
      // Without options the sender has not decided. Such a request counts as sampled, as in the other formats.
      traceFlags: options === undefined || Number(options) % 2 === 1 ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    });
  }

  fields(): string[] {
    return [HEADER];
  }
}
