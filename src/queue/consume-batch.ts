// The receiving side for several messages: one CONSUMER span in a new trace, with a link for each message.

import {
  type BaggageEntry,
  type Context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace as apiTrace,
} from '@opentelemetry/api';
import { getSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { omitUndefined } from '../core/omit-undefined.js';
import { extract } from '../propagation/index.js';
import { getActiveTracer } from '../span/active-tracer.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { requireFunction } from '../span/require-function.js';
import { runInSpan } from '../span/span.js';
import { CONSUME_BATCH_RULES, checkOptions, readMember } from './check-options.js';
import { isBatchConsumerOf } from './existing-span.js';
import {
  ATTR_BATCH_MAX_QUEUE_TIME_MS,
  ATTR_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGE_ID,
  ATTR_QUEUE_TIME_MS,
  createMessagingAttributes,
  PROCESS_OPERATION,
} from './messaging-attributes.js';
import { describeMessagingSpan, type MessagingSpan, runInContext } from './messaging-span.js';
import { computeQueueTimeMs } from './queue-time.js';
import type { BatchMessage, ConsumeBatchOptions } from './types.js';

const CALL = 'consumeBatch';

/** The span for attributes or links that cannot be read. The batch is processed all the same. */
const DEFAULT_SPAN: MessagingSpan = {
  name: PROCESS_OPERATION.name,
  spanOptions: { kind: 'consumer', root: true },
};

/**
 * Processes a batch in one CONSUMER span with a link for each message. The link has the id and queue time of its message.
 * Baggage entries are passed on if all messages have them with the same value. The SDK limits the number of links, by
 * default to 128; `messaging.batch.message_count` counts all messages.
 *
 * @param options origin and headers of the messages
 * @param fn the work
 * @returns the result of `fn`; its error is rethrown unchanged
 * @example
 * const batch = messages.map(message => ({ id: message.id, carrier: message.headers }));
 * await consumeBatch({ system: 'nats', destination: 'orders', messages: batch }, () => confirmAll(messages));
 */
export function consumeBatch<T>(options: ConsumeBatchOptions, fn: (span: Span) => T): T {
  if (!requireFunction(fn, 'consumeBatch')) return undefined as T;
  return consumeMessages(checkOptions<ConsumeBatchOptions>('consumeBatch', options, CONSUME_BATCH_RULES), fn);
}

/** {@link consumeBatch} with checked options, for the adapters. */
export function consumeMessages<T>(options: Partial<ConsumeBatchOptions>, fn: (span: Span) => T): T {
  const tracer = getActiveTracer();
  const active = tracer && getSpan(tracer.contextManager.active());
  if (active !== undefined && isBatchConsumerOf(active, options)) return fn(active);
  const messages = guarded(
    'reading the messages of a batch',
    () => Array.from(options.messages ?? [], readMessage),
    [],
  );
  const context = createSharedBaggageContext(messages.map(({ remote }) => remote));
  // Without a tracer there are no spans, but the common baggage is still passed on.
  if (tracer === undefined) return runInContext(context, () => fn(NOOP_SPAN));
  const describeSpan = (): MessagingSpan => describeBatchSpan(options, messages);
  const { name, spanOptions } = guarded('describing a batch span', describeSpan, DEFAULT_SPAN);
  return runInContext(context, () => runInSpan(name, spanOptions, fn));
}

function describeBatchSpan(
  options: Partial<ConsumeBatchOptions>,
  messages: readonly ReadMessage[],
): MessagingSpan {
  const queueTimes = messages.map(({ queueTimeMs }) => queueTimeMs).filter(time => time !== undefined);
  const attributes = createMessagingAttributes(options, PROCESS_OPERATION, {
    [ATTR_BATCH_MESSAGE_COUNT]: messages.length,
    // Not Math.max(...queueTimes), because the number of arguments is limited.
    [ATTR_BATCH_MAX_QUEUE_TIME_MS]:
      queueTimes.length === 0 ? undefined : queueTimes.reduce((one, other) => Math.max(one, other)),
  });
  const links = [...messages.flatMap(createLinks), ...(options.links ?? [])];
  return describeMessagingSpan(PROCESS_OPERATION, options, attributes, {
    kind: 'consumer',
    root: true,
    links,
  });
}

/** The values of a message, each read once. */
interface ReadMessage {
  readonly remote: Context;
  readonly queueTimeMs: number | undefined;
  readonly messageId: string | undefined;
}

const UNREADABLE_MESSAGE: ReadMessage = {
  remote: ROOT_CONTEXT,
  queueTimeMs: undefined,
  messageId: undefined,
};

/** Guarded for each message, so that one that throws does not affect the links of the others. */
function readMessage(message: BatchMessage): ReadMessage {
  return guarded(
    'reading a message of a batch',
    () => {
      const carrier = message?.carrier;
      return {
        remote: extract(carrier, ROOT_CONTEXT),
        queueTimeMs: computeQueueTimeMs(readMember(CALL, 'sentAt', message?.sentAt), carrier),
        messageId: readMember(CALL, 'id', message?.id) ?? readMember(CALL, 'messageId', message?.messageId),
      };
    },
    UNREADABLE_MESSAGE,
  );
}

function createLinks({ remote, queueTimeMs, messageId }: ReadMessage): Link[] {
  const context = apiTrace.getSpanContext(remote);
  if (context === undefined) return [];
  const attributes = omitUndefined({ [ATTR_MESSAGE_ID]: messageId, [ATTR_QUEUE_TIME_MS]: queueTimeMs });
  return [{ context, attributes }];
}

/** Creates a context with the baggage entries that all messages have with the same value. */
function createSharedBaggageContext(remotes: readonly Context[]): Context {
  const [first, ...others] = remotes.map(remote => propagation.getBaggage(remote));
  if (first === undefined) return ROOT_CONTEXT;
  const shared = first
    .getAllEntries()
    .filter(([key, { value }]) => others.every(other => other?.getEntry(key)?.value === value));
  if (shared.length === 0) return ROOT_CONTEXT;
  const entries: Record<string, BaggageEntry> = Object.fromEntries(shared);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
}
