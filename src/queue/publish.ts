// The sending side: a PRODUCER span around the call of the client, and the context in the message.

import { context as apiContext, ROOT_CONTEXT, type Span, trace as apiTrace } from '@opentelemetry/api';
import { activeSpan, withSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { extract, inject } from '../propagation/index.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { runInSpan } from '../span/span.js';
import type { Carrier, SpanOptions } from '../span/types.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { ATTR_BATCH_MESSAGE_COUNT, createMessagingAttributes, SEND_OPERATION, formatSpanName } from './messaging-attributes.js';
import { isProducerInCarrier } from './existing-span.js';
import { writeSendTime } from './queue-time.js';
import type { PublishBatchOptions, PublishOptions } from './types.js';

/**
 * Sends a message in a PRODUCER span and fills its carrier with the context, the baggage and the send time.
 * What `send` returns comes back, and its error is rethrown untouched.
 *
 * @param options where the message goes, and its headers
 * @param send hands the message with the filled carrier to the client
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
  return publishAll(options, [target], {}, span => send(target as never, span));
}

/**
 * Sends several messages in one PRODUCER span, whose context all of them carry.
 *
 * @param options where the messages go, and their headers
 * @param send hands the messages to the client
 * @example
 * const messages = orders.map(order => ({ body: order, carrier: {} }));
 * await publishBatch({ system: 'nats', destination: 'orders', messages }, () => client.sendAll(messages));
 */
export function publishBatch<T>(options: PublishBatchOptions, send: (span: Span) => T): T {
  const carriers = guarded(OPTIONS, () => Array.from(options.messages ?? [], carrierIn), []);
  // The conventions want no count where there is a single message.
  const more = carriers.length === 1 ? {} : { [ATTR_BATCH_MESSAGE_COUNT]: carriers.length };
  return publishAll(options, carriers, more, send);
}

const OPTIONS = 'reading the options of publish';

function publishAll<T>(
  options: PublishOptions,
  carriers: readonly (Carrier | undefined)[],
  more: Readonly<Record<string, number>>,
  send: (span: Span) => T,
): T {
  const way = getActiveTracer();
  if (way === undefined) {
    // Nothing is recorded; a context that came in goes out all the same.
    for (const carrier of carriers) inject(carrier ?? {}, apiContext.active());
    return send(NOOP_SPAN);
  }
  const [first] = carriers;
  const active = activeSpan(way.contextManager.active());
  if (active !== undefined && first !== undefined && isProducerInCarrier(active, contextIn(first))) {
    return send(active);
  }
  const { name, spanOptions, stamps } = guarded(OPTIONS, () => planOf(options, more), BARE);
  return runInSpan(name, spanOptions, span => {
    // Not the active context: a foreign provider may have come without a context manager.
    const context = withSpan(way.contextManager.active(), span);
    for (const carrier of carriers) {
      inject(carrier ?? {}, context);
      if (stamps) writeSendTime(carrier);
    }
    return send(span);
  });
}

interface Plan {
  readonly name: string;
  readonly spanOptions: SpanOptions;
  readonly stamps: boolean;
}

/** For options that cannot be read: the message is sent in a span all the same. */
const BARE: Plan = { name: SEND_OPERATION.name, spanOptions: { kind: 'producer' }, stamps: true };

/** What the span is called and made of; throws where the options do. */
function planOf(options: PublishOptions, more: Readonly<Record<string, number>>): Plan {
  const { isError, stream, links, sendTime } = options;
  const spanOptions: SpanOptions = {
    kind: 'producer',
    attributes: createMessagingAttributes(options, SEND_OPERATION, more),
    ...(links && { links }),
    ...(isError && { isError }),
    ...(stream && { stream }),
  };
  return { name: formatSpanName(options, SEND_OPERATION), spanOptions, stamps: sendTime !== false };
}

/** One message that throws when it is looked at must not take the context of the others. */
function carrierIn(message: { readonly carrier: Carrier }): Carrier | undefined {
  return guarded('reading a message of a batch', () => message?.carrier, undefined);
}

function contextIn(carrier: Carrier): ReturnType<typeof apiTrace.getSpanContext> {
  return apiTrace.getSpanContext(extract(carrier, ROOT_CONTEXT));
}
