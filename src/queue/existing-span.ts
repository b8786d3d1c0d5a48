// Finds a span that exists already for a message: that of an OpenTelemetry instrumentation of the client, of an adapter
// around the same call, or of the application's own `publish`. A message gets one span on each side.

import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { ATTR_BATCH_MESSAGE_COUNT, ATTR_DESTINATION_NAME, ATTR_SYSTEM } from './messaging-attributes.js';
import type { MessagingOptions } from './types.js';

/** The properties of SDK spans beyond the API. Non-recording spans have none of them. */
interface SdkSpan extends Span {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: readonly Link[];
  readonly parentSpanContext?: SpanContext;
}

/** Whether an OpenTelemetry instrumentation has wrapped a method of a client. Its wrappers have this mark. */
export function isInstrumentedMethod(method: unknown): boolean {
  return typeof method === 'function' && (method as { __wrapped?: unknown }).__wrapped === true;
}

/** Whether the active span is a producer span whose context is in the carrier already. */
export function isProducerInCarrier(
  active: Span | undefined,
  carrierContext: SpanContext | undefined,
): boolean {
  const span: SdkSpan | undefined = active;
  return (
    span?.kind === SpanKind.PRODUCER &&
    carrierContext !== undefined &&
    isSameSpan(span.spanContext(), carrierContext)
  );
}

/** Whether the active span is the consumer span of a message from this sender. */
export function isConsumerOf(active: Span | undefined, sender: SpanContext | undefined): boolean {
  const span: SdkSpan | undefined = active;
  if (span?.kind !== SpanKind.CONSUMER || sender === undefined) return false;
  if (span.parentSpanContext !== undefined && isSameSpan(span.parentSpanContext, sender)) return true;
  // The span of a batch with one message also has a single link, but the message may get its own span inside it.
  if (span.attributes?.[ATTR_BATCH_MESSAGE_COUNT] !== undefined) return false;
  const [link, secondLink] = span.links ?? [];
  return link !== undefined && secondLink === undefined && isSameSpan(link.context, sender);
}

/** Whether the active span is the consumer span of a batch from the same destination. */
export function isBatchConsumerOf(
  active: Span | undefined,
  options: Pick<Partial<MessagingOptions>, 'system' | 'destination'>,
): boolean {
  const span: SdkSpan | undefined = active;
  return (
    span?.kind === SpanKind.CONSUMER &&
    span.attributes?.[ATTR_BATCH_MESSAGE_COUNT] !== undefined &&
    span.attributes[ATTR_SYSTEM] === options.system &&
    span.attributes[ATTR_DESTINATION_NAME] === options.destination
  );
}

function isSameSpan(one: SpanContext, other: SpanContext): boolean {
  return one.spanId === other.spanId && one.traceId === other.traceId;
}
