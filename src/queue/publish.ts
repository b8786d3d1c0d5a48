// The sending side: a PRODUCER span around the call of the client, and its context in the message.

import { context as apiContext, ROOT_CONTEXT, type Span, trace as apiTrace } from '@opentelemetry/api';
import { getSpan, setSpan } from '../context/index.js';
import { globalState } from '../core/global-state.js';
import { guarded } from '../core/guard.js';
import { omitUndefined } from '../core/omit-undefined.js';
import { extract, inject } from '../propagation/index.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { requireFunction } from '../span/require-function.js';
import { runInSpan } from '../span/span.js';
import type { Carrier } from '../span/types.js';
import { checkOptions, isCarrier, PUBLISH_BATCH_RULES, PUBLISH_RULES, readMember } from './check-options.js';
import { isProducerInCarrier } from './existing-span.js';
import {
  ATTR_BATCH_MESSAGE_COUNT,
  ATTR_BATCH_MESSAGE_IDS,
  ATTR_MESSAGE_ID,
  createMessagingAttributes,
  type MoreAttributes,
  SEND_OPERATION,
} from './messaging-attributes.js';
import { describeMessagingSpan, type MessagingSpan } from './messaging-span.js';
import { writeSendTime } from './queue-time.js';
import type { OutgoingMessage, PublishBatchOptions, PublishOptions } from './types.js';

/** Maximum number of message ids on a span. */
const MAX_MESSAGE_IDS = 128;

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
  if (!requireFunction(send, 'publish')) return undefined as T;
  const checked = checkOptions<PublishOptions>('publish', options, PUBLISH_RULES);
  return publishMessage({ ...checked, carrier: checked.carrier ?? {} }, send);
}

/**
 * Sends several messages in one PRODUCER span, whose context all of them carry.
 *
 * @param options destination of the messages, and their headers
 * @param send hands the messages to the client
 * @returns the result of `send`; its error is rethrown unchanged
 * @example
 * const messages = orders.map(order => ({ id: order.id, body: order, carrier: {} }));
 * await publishBatch({ system: 'nats', destination: 'orders', messages }, () => client.sendAll(messages));
 */
export function publishBatch<T>(options: PublishBatchOptions, send: (span: Span) => T): T {
  if (!requireFunction(send, 'publishBatch')) return undefined as T;
  const checked = checkOptions<PublishBatchOptions>('publishBatch', options, PUBLISH_BATCH_RULES);
  const messages = guarded(
    'reading the messages of publishBatch',
    () => Array.from(checked.messages ?? [], readMessage),
    [],
  );
  return publishMessages({ ...checked, messages }, send);
}

/** The options of {@link publishMessage}, which are checked. */
type CheckedPublishOptions = Partial<PublishOptions> & { readonly carrier: Carrier };

/** {@link publish} with checked options, for the adapters. */
export function publishMessage<T>(
  options: CheckedPublishOptions,
  send: (carrier: never, span: Span) => T,
): T {
  const attributes = { [ATTR_MESSAGE_ID]: options.messageId };
  return sendInSpan(options, [options.carrier], attributes, span => send(options.carrier as never, span));
}

/** The options of {@link publishMessages}, which are checked. */
type CheckedPublishBatchOptions = Omit<Partial<PublishBatchOptions>, 'messages'> & {
  readonly messages: readonly Partial<OutgoingMessage>[];
};

/** {@link publishBatch} with checked options, for the adapters. */
export function publishMessages<T>(options: CheckedPublishBatchOptions, send: (span: Span) => T): T {
  const { messages } = options;
  const ids = messages.map(({ id }) => id).filter(id => id !== undefined);
  // The conventions define no count for a single message.
  const attributes =
    messages.length === 1
      ? { [ATTR_MESSAGE_ID]: ids[0] }
      : {
          [ATTR_BATCH_MESSAGE_COUNT]: messages.length,
          [ATTR_BATCH_MESSAGE_IDS]: ids.length === 0 ? undefined : ids.slice(0, MAX_MESSAGE_IDS),
        };
  const carriers = messages.map(({ carrier }) => carrier);
  return sendInSpan(options, carriers, attributes, send);
}

function sendInSpan<T>(
  options: Omit<Partial<PublishOptions>, 'carrier' | 'messageId'>,
  carriers: readonly (Carrier | undefined)[],
  attributes: MoreAttributes,
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
  const describeSpan = (): MessagingSpan => describeProducerSpan(options, attributes);
  const { name, spanOptions } = guarded('describing a producer span', describeSpan, DEFAULT_SPAN);
  return runInSpan(name, spanOptions, span => {
    // Not the active context: another provider may be registered without a context manager.
    const context = setSpan(tracer.contextManager.active(), span);
    for (const carrier of carriers) {
      inject(carrier ?? {}, context);
      if (options.sendTime !== false) writeSendTime(carrier);
    }
    return send(span);
  });
}

/** The span for attributes or links that cannot be read. The message is sent all the same. */
const DEFAULT_SPAN: MessagingSpan = { name: SEND_OPERATION.name, spanOptions: { kind: 'producer' } };

function describeProducerSpan(options: Partial<PublishOptions>, more: MoreAttributes): MessagingSpan {
  const { links } = options;
  const attributes = createMessagingAttributes(options, SEND_OPERATION, more);
  return describeMessagingSpan(SEND_OPERATION, options, attributes, {
    kind: 'producer',
    ...(links && { links }),
  });
}

/** Guarded for each message, so that one that throws does not affect the others. */
function readMessage(message: OutgoingMessage): Partial<OutgoingMessage> {
  const read = (): Partial<OutgoingMessage> => {
    const { id, carrier } = message ?? {};
    const readId = omitUndefined({ id: readMember('publishBatch', 'id', id) });
    return isCarrier(carrier) ? { ...readId, carrier } : readId;
  };
  const result = guarded('reading a message of publishBatch', read, {});
  if (result.carrier === undefined) {
    globalState.diagnostics.reportOnce('publish-batch-carrier', 'warn', {
      code: 'message_headers_missing',
      message: 'publishBatch was called with a message without carrier, so the message carries no context',
      why: "The receiver's spans are in another trace.",
      fix: 'Pass { carrier } with the headers of each message, such as an empty object.',
      source: 'publishBatch.messages',
    });
  }
  return result;
}

function readSpanContext(carrier: Carrier): ReturnType<typeof apiTrace.getSpanContext> {
  return apiTrace.getSpanContext(extract(carrier, ROOT_CONTEXT));
}
