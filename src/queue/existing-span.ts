// Is somebody else making the span already? An OpenTelemetry instrumentation of the client, an adapter around the same
// call, or the user's own `publish`: one message is one span on each side.

import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { ATTR_BATCH_MESSAGE_COUNT, ATTR_DESTINATION_NAME, ATTR_SYSTEM } from './messaging-attributes.js';
import type { MessagingOptions } from './types.js';

/** What the SDK's spans show of themselves beside the API; non-recording spans show nothing. */
interface SdkSpan extends Span {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: readonly Link[];
  readonly parentSpanContext?: SpanContext;
}

/** Whether an OpenTelemetry instrumentation has put itself around a client's method: its wrappers carry this mark. */
export function isInstrumentedMethod(method: unknown): boolean {
  return typeof method === 'function' && (method as { __wrapped?: unknown }).__wrapped === true;
}

/** Whether the active span is a producer's, and the carrier holds it already. */
export function isProducerInCarrier(active: Span | undefined, inCarrier: SpanContext | undefined): boolean {
  const span: SdkSpan | undefined = active;
  return span?.kind === SpanKind.PRODUCER && inCarrier !== undefined && isSameSpan(span.spanContext(), inCarrier);
}

/** Whether the active span is a consumer's, for the message that this sender sent. */
export function isConsumerOf(active: Span | undefined, sender: SpanContext | undefined): boolean {
  const span: SdkSpan | undefined = active;
  if (span?.kind !== SpanKind.CONSUMER || sender === undefined) return false;
  if (span.parentSpanContext !== undefined && isSameSpan(span.parentSpanContext, sender)) return true;
  // A batch of one is linked to its message, too, but the message's own processing may come inside it.
  if (span.attributes?.[ATTR_BATCH_MESSAGE_COUNT] !== undefined) return false;
  const [link, more] = span.links ?? [];
  return link !== undefined && more === undefined && isSameSpan(link.context, sender);
}

/** Whether the active span is a consumer's, for a batch from the same place. */
export function isBatchConsumerOf(active: Span | undefined, options: MessagingOptions): boolean {
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
