// Converts an ended span to the form that the analysis reads.

import { type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../core/sdk-types.js';
import type { Attributes, FlatSpan, Kind } from '../analysis/types.js';

const KINDS: Readonly<Record<SpanKind, Kind>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUS = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
} as const;

/**
 * Converts an ended span. Attributes, events and links are copied.
 *
 * @param span the ended span
 * @param service the service's name
 */
export function toFlatSpan(span: ReadableSpan, service: string): FlatSpan {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name: span.name,
    service,
    kind: KINDS[span.kind],
    startNs: toNanoseconds(span.startTime),
    endNs: toNanoseconds(span.endTime),
    status: {
      code: STATUS[span.status.code],
      ...(span.status.message === undefined ? {} : { message: span.status.message }),
    },
    attributes: { ...span.attributes } as Attributes,
    events: span.events.map(event => ({
      name: event.name,
      timeNs: toNanoseconds(event.time),
      attributes: { ...event.attributes } as Attributes,
    })),
    links: span.links.map(link => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: { ...link.attributes } as Attributes,
    })),
  };
}

function toNanoseconds([seconds, nanoseconds]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(nanoseconds));
}
