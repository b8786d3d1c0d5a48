// The receiving side for one message: a CONSUMER span that continues the sender's trace or links to it.

import {
  context as apiContext,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  trace as apiTrace,
} from '@opentelemetry/api';
import { getSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { extract } from '../propagation/index.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { requireFunction } from '../span/require-function.js';
import { runInSpan } from '../span/span.js';
import { CONSUME_RULES, checkOptions } from './check-options.js';
import { isConsumerOf } from './existing-span.js';
import {
  ATTR_DELIVERY_ATTEMPT,
  ATTR_MESSAGE_ID,
  ATTR_QUEUE_TIME_MS,
  createMessagingAttributes,
  PROCESS_OPERATION,
} from './messaging-attributes.js';
import { describeMessagingSpan, type MessagingSpan, runInContext } from './messaging-span.js';
import { computeQueueTimeMs } from './queue-time.js';
import type { ConsumeOptions } from './types.js';

/** A repeated delivery with a longer queue time starts a new trace. */
const LONG_DELAY_MS = 60_000;

/** The span for attributes or links that cannot be read. The message is processed all the same. */
const DEFAULT_SPAN: MessagingSpan = { name: PROCESS_OPERATION.name, spanOptions: { kind: 'consumer' } };

/**
 * Processes a message in a CONSUMER span, with the sender's baggage. Only the carrier determines the parent; a span that
 * is active around the polling does not. If an instrumentation of the client has created the span already, there is no
 * second one.
 *
 * @param options origin and headers of the message, and its relation to the sender's trace
 * @param fn the work
 * @returns the result of `fn`; its error is rethrown unchanged
 * @example
 * await consume({ system: 'nats', destination: 'orders', carrier: message.headers }, () => confirm(message.data));
 */
export function consume<T>(options: ConsumeOptions, fn: (span: Span) => T): T {
  if (!requireFunction(fn, 'consume')) return undefined as T;
  return consumeMessage(checkOptions<ConsumeOptions>('consume', options, CONSUME_RULES), fn);
}

/** {@link consume} with checked options, for the adapters. */
export function consumeMessage<T>(options: Partial<ConsumeOptions>, fn: (span: Span) => T): T {
  const tracer = getActiveTracer();
  const { carrier, sentAt } = options;
  const remote = extract(carrier, ROOT_CONTEXT);
  // Without a tracer there are no spans, but the sender's context is still passed on.
  if (tracer === undefined) return apiContext.with(remote, fn, undefined, NOOP_SPAN);
  const sender = apiTrace.getSpanContext(remote);
  const queueTimeMs = computeQueueTimeMs(sentAt, carrier);
  const active = getSpan(tracer.contextManager.active());
  if (active !== undefined && isConsumerOf(active, sender)) {
    if (queueTimeMs !== undefined) {
      guarded(
        'setting attributes',
        () => void active.setAttribute(ATTR_QUEUE_TIME_MS, queueTimeMs),
        undefined,
      );
    }
    return fn(active);
  }

  const describeSpan = (): MessagingSpan => describeConsumerSpan(options, sender, queueTimeMs);
  const { name, spanOptions } = guarded('describing a consumer span', describeSpan, DEFAULT_SPAN);
  return runInContext(remote, () => runInSpan(name, spanOptions, fn));
}

function describeConsumerSpan(
  options: Partial<ConsumeOptions>,
  sender: SpanContext | undefined,
  queueTimeMs: number | undefined,
): MessagingSpan {
  const isLinked = sender !== undefined && determineRelation(options, queueTimeMs) === 'link';
  const links = isLinked ? [{ context: sender }, ...(options.links ?? [])] : options.links;
  const attributes = createMessagingAttributes(options, PROCESS_OPERATION, {
    [ATTR_MESSAGE_ID]: options.messageId,
    [ATTR_QUEUE_TIME_MS]: queueTimeMs,
    [ATTR_DELIVERY_ATTEMPT]: options.attempt,
  });
  const own = { kind: 'consumer', root: isLinked, ...(links && { links }) } as const;
  return describeMessagingSpan(PROCESS_OPERATION, options, attributes, own);
}

function determineRelation(
  options: Partial<ConsumeOptions>,
  queueTimeMs: number | undefined,
): 'child' | 'link' {
  const { relation, repeated, redelivered, attempt = 1 } = options;
  if (relation !== undefined) return relation;
  if (repeated === true) return 'link';
  const isRedelivery = redelivered === true || attempt > 1;
  return isRedelivery && queueTimeMs !== undefined && queueTimeMs > LONG_DELAY_MS ? 'link' : 'child';
}
