// The headers of Datadog's tracers.
//
//   x-datadog-trace-id: 1234567890123456789      lower 64 bits of the trace id, decimal
//   x-datadog-parent-id: 987654321               span id, decimal
//   x-datadog-sampling-priority: 1               -1, 0: dropped; 1, 2: kept
//   x-datadog-tags: _dd.p.tid=640cfd8d00000000   upper 64 bits of the trace id, 16 hex; among other tags

import {
  type Context,
  isSpanContextValid,
  type SpanContext,
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

const TRACE_ID = 'x-datadog-trace-id';
const PARENT_ID = 'x-datadog-parent-id';
const PRIORITY = 'x-datadog-sampling-priority';
const TAGS = 'x-datadog-tags';
const UPPER_BITS = /(?:^|,)\s*_dd\.p\.tid=([0-9a-f]{16})\s*(?:,|$)/;
const MAX_TAGS_LENGTH = 8192;
const MAX_ID = 2n ** 64n - 1n;

/** Datadog's headers as an OpenTelemetry propagator. All 128 bits of a trace id are preserved. */
export class DatadogPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext) || isTracingSuppressed(context)) return;
    const upper = spanContext.traceId.slice(0, 16);
    setter.set(carrier, TRACE_ID, BigInt(`0x${spanContext.traceId.slice(16)}`).toString());
    setter.set(carrier, PARENT_ID, BigInt(`0x${spanContext.spanId}`).toString());
    setter.set(carrier, PRIORITY, traceparent.isSampled({ flags: spanContext.traceFlags }) ? '1' : '0');
    if (!/^0+$/.test(upper)) setter.set(carrier, TAGS, `_dd.p.tid=${upper}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const [traceId] = readHeaderValues(carrier, getter, TRACE_ID);
    if (traceId === undefined) return context;
    const lower = toHexId(traceId);
    const [parentId = ''] = readHeaderValues(carrier, getter, PARENT_ID);
    const spanId = toHexId(parentId);
    if (lower === undefined || spanId === undefined) {
      const [header, value] = lower === undefined ? [TRACE_ID, traceId] : [PARENT_ID, parentId];
      reportRejectedHeader(header, 'it is not a decimal number of 64 bits above 0', value);
      return context;
    }
    const tags = readHeaderValues(carrier, getter, TAGS).join(',').slice(0, MAX_TAGS_LENGTH);
    const [priority] = readHeaderValues(carrier, getter, PRIORITY);
    const spanContext: SpanContext = {
      traceId: `${UPPER_BITS.exec(tags)?.[1] ?? '0'.repeat(16)}${lower}`,
      spanId,
      traceFlags: isKeepPriority(priority) ? TraceFlags.SAMPLED : TraceFlags.NONE,
      isRemote: true,
    };
    return trace.setSpanContext(context, spanContext);
  }

  fields(): string[] {
    return [TRACE_ID, PARENT_ID, PRIORITY, TAGS];
  }
}

/** Converts a decimal 64-bit number above 0 to 16 hex digits; undefined for other text. */
function toHexId(decimal: string): string | undefined {
  if (!/^\s*\d{1,20}\s*$/.test(decimal.slice(0, 64))) return undefined;
  const value = BigInt(decimal);
  return value === 0n || value > MAX_ID ? undefined : value.toString(16).padStart(16, '0');
}

/** Whether the sender keeps the trace. A missing or malformed priority counts as kept. */
function isKeepPriority(priority: string | undefined): boolean {
  const value = Number.parseInt(priority ?? '1', 10);
  return Number.isNaN(value) || value > 0;
}
