// Is somebody else making the span already? An OpenTelemetry instrumentation of the client, an adapter around the same
// call, or the user's own `publish`: one message is one span on each side.

import type { Attributes, Link, Span, SpanContext } from '@opentelemetry/api';
import { SpanKind } from '@opentelemetry/api';
import { BATCH_COUNT, DESTINATION, SYSTEM } from './attributes.js';
import type { MessagingOptions } from './types.js';

/** What the SDK's spans show of themselves beside the API; non-recording spans show nothing. */
interface VisibleSpan extends Span {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: readonly Link[];
  readonly parentSpanContext?: SpanContext;
}

/** Whether an OpenTelemetry instrumentation has put itself around a client's method: its wrappers carry this mark. */
export function isInstrumented(method: unknown): boolean {
  return typeof method === 'function' && (method as { __wrapped?: unknown }).__wrapped === true;
}

/** Whether the active span is a producer's, and the carrier holds it already. */
export function isPublishing(active: Span | undefined, inCarrier: SpanContext | undefined): boolean {
  const span: VisibleSpan | undefined = active;
  return span?.kind === SpanKind.PRODUCER && inCarrier !== undefined && isSame(span.spanContext(), inCarrier);
}

/** Whether the active span is a consumer's, for the message that this sender sent. */
export function isProcessing(active: Span | undefined, sender: SpanContext | undefined): boolean {
  const span: VisibleSpan | undefined = active;
  if (span?.kind !== SpanKind.CONSUMER || sender === undefined) return false;
  if (span.parentSpanContext !== undefined && isSame(span.parentSpanContext, sender)) return true;
  // A batch of one is linked to its message, too, but the message's own processing may come inside it.
  if (span.attributes?.[BATCH_COUNT] !== undefined) return false;
  const [link, more] = span.links ?? [];
  return link !== undefined && more === undefined && isSame(link.context, sender);
}

/** Whether the active span is a consumer's, for a batch from the same place. */
export function isProcessingBatch(active: Span | undefined, options: MessagingOptions): boolean {
  const span: VisibleSpan | undefined = active;
  return (
    span?.kind === SpanKind.CONSUMER &&
    span.attributes?.[BATCH_COUNT] !== undefined &&
    span.attributes[SYSTEM] === options.system &&
    span.attributes[DESTINATION] === options.destination
  );
}

function isSame(one: SpanContext, other: SpanContext): boolean {
  return one.spanId === other.spanId && one.traceId === other.traceId;
}
