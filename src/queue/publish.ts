// The sending side: a PRODUCER span around the call of the client, and its context in the message.

import { context as apiContext, ROOT_CONTEXT, type Span, trace as apiTrace } from '@opentelemetry/api';
import { getSpan, setSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { extract, inject } from '../propagation/index.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { runInSpan } from '../span/span.js';
import type { Carrier } from '../span/types.js';
import { isProducerInCarrier } from './existing-span.js';
import {
  ATTR_BATCH_MESSAGE_COUNT,
  createMessagingAttributes,
  SEND_OPERATION,
} from './messaging-attributes.js';
import { describeMessagingSpan, type MessagingSpan } from './messaging-span.js';
import { writeSendTime } from './queue-time.js';
import type { PublishBatchOptions, PublishOptions } from './types.js';

/**
 * Sends a message in a PRODUCER span and fills its carrier with the context, the baggage and the send time.
 *
 * @param options destination and headers of the message
 * @param send hands the message with the filled carrier to the client
 * @returns the result of `send`; its error is rethrown unchanged
 * @example
 * await publish({ system: 'nats', destination: 'orders' }, headers => client.send('orders', order, { headers }));
 */
export function publish<T, C extends Carrier>(
  options: PublishOptions & { readonly carrier: C },
  send: (carrier: C, span: Span) => T,
): T;
export function publish<T>(
  options: PublishOptions,
  send: (carrier: Record<string, string>, span: Span) => T,
): T;
export function publish<T>(options: PublishOptions, send: (carrier: never, span: Span) => T): T {
  const carrier = guarded(OPTIONS, () => options.carrier, undefined);
  const target: Carrier = typeof carrier === 'object' && carrier !== null ? carrier : {};
  return publishMessages(options, [target], {}, span => send(target as never, span));
}

/**
 * Sends several messages in one PRODUCER span, whose context all of them carry.
 *
 * @param options destination of the messages, and their headers
 * @param send hands the messages to the client
 * @returns the result of `send`; its error is rethrown unchanged
 * @example
 * const messages = orders.map(order => ({ body: order, carrier: {} }));
 * await publishBatch({ system: 'nats', destination: 'orders', messages }, () => client.sendAll(messages));
 */
export function publishBatch<T>(options: PublishBatchOptions, send: (span: Span) => T): T {
  const carriers = guarded(OPTIONS, () => Array.from(options.messages ?? [], readCarrier), []);
  // The conventions define no count for a single message.
  const attributes = carriers.length === 1 ? {} : { [ATTR_BATCH_MESSAGE_COUNT]: carriers.length };
  return publishMessages(options, carriers, attributes, send);
}

const OPTIONS = 'reading the options of publish';

function publishMessages<T>(
  options: PublishOptions,
  carriers: readonly (Carrier | undefined)[],
  attributes: Readonly<Record<string, number>>,
  send: (span: Span) => T,
): T {
  const tracer = getActiveTracer();
  if (tracer === undefined) {
    // Without a tracer there are no spans, but the active context is still passed on.
    for (const carrier of carriers) inject(carrier ?? {}, apiContext.active());
    return send(NOOP_SPAN);
  }
  const [first] = carriers;
  const active = getSpan(tracer.contextManager.active());
  if (active !== undefined && first !== undefined && isProducerInCarrier(active, readSpanContext(first))) {
    return send(active);
  }
  const describeSpan = (): ProducerSpan => describeProducerSpan(options, attributes);
  const { name, spanOptions, hasSendTime } = guarded(OPTIONS, describeSpan, DEFAULT_SPAN);
  return runInSpan(name, spanOptions, span => {
    // Not the active context: another provider may be registered without a context manager.
    const context = setSpan(tracer.contextManager.active(), span);
    for (const carrier of carriers) {
      inject(carrier ?? {}, context);
      if (hasSendTime) writeSendTime(carrier);
    }
    return send(span);
  });
}

interface ProducerSpan extends MessagingSpan {
  readonly hasSendTime: boolean;
}

/** The span for options that cannot be read. The message is sent all the same. */
const DEFAULT_SPAN: ProducerSpan = {
  name: SEND_OPERATION.name,
  spanOptions: { kind: 'producer' },
  hasSendTime: true,
};

function describeProducerSpan(options: PublishOptions, more: Readonly<Record<string, number>>): ProducerSpan {
  const { links, sendTime } = options;
  const attributes = createMessagingAttributes(options, SEND_OPERATION, more);
  const own = { kind: 'producer', ...(links && { links }) } as const;
  const span = describeMessagingSpan(SEND_OPERATION, options, attributes, own);
  return { ...span, hasSendTime: sendTime !== false };
}

/** Guarded for each message, so that one that throws does not affect the others. */
function readCarrier(message: { readonly carrier: Carrier }): Carrier | undefined {
  return guarded('reading a message of a batch', () => message?.carrier, undefined);
}

function readSpanContext(carrier: Carrier): ReturnType<typeof apiTrace.getSpanContext> {
  return apiTrace.getSpanContext(extract(carrier, ROOT_CONTEXT));
}
