// The header of AWS X-Ray.
//
//   X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//                         | |        |                               |                       |
//                         | |        24 hex of the trace id          span id                 1, 0 or ? (undecided)
//                         | first 8 hex of the trace id: seconds since 1970
//                         version
//
// The parts have no fixed order. Other parts (Self, Lineage) are ignored.

import {
  type Context,
  isSpanContextValid,
  isValidSpanId,
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

const HEADER = 'x-amzn-trace-id';
const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;
const MAX_LENGTH = 1024;

/** The header of AWS X-Ray as an OpenTelemetry propagator. */
export class XRayPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext) || isTracingSuppressed(context)) return;
    const { traceId, spanId, traceFlags } = spanContext;
    const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
    const sampled = traceparent.isSampled({ flags: traceFlags }) ? '1' : '0';
    setter.set(carrier, HEADER, `Root=${root};Parent=${spanId};Sampled=${sampled}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const [text] = readHeaderValues(carrier, getter, HEADER);
    if (text === undefined) return context;
    const parts = parseParts(text.slice(0, MAX_LENGTH));
    const [, seconds = '', rest = ''] = ROOT.exec(parts.get('root') ?? '') ?? [];
    const traceId = seconds + rest;
    const spanId = parts.get('parent') ?? '';
    if (!isValidTraceId(traceId) || !isValidSpanId(spanId)) {
      reportRejectedHeader(HEADER, 'it has no valid Root and Parent', text);
      return context;
    }
    const traceFlags = parts.get('sampled') === '0' ? TraceFlags.NONE : TraceFlags.SAMPLED;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags, isRemote: true });
  }

  fields(): string[] {
    return [HEADER];
  }
}

function parseParts(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  return parts;
}
