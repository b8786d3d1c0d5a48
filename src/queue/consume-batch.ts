// The receiving side for many messages at once: one CONSUMER span, in a new trace, with a link for each message.

import {
  type BaggageEntry,
  type Context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  trace as apiTrace,
} from '@opentelemetry/api';
import { activeSpan } from '../context/index.js';
import { guarded } from '../core/guard.js';
import { extract } from '../propagation/index.js';
import { NOOP_SPAN } from '../span/noop-span.js';
import { runInSpan } from '../span/span.js';
import type { SpanOptions } from '../span/types.js';
import { getActiveTracer } from '../span/active-tracer.js';
import {
  ATTR_BATCH_MESSAGE_COUNT,
  ATTR_BATCH_MAX_QUEUE_TIME_MS,
  omitUndefined,
  ATTR_MESSAGE_ID,
  createMessagingAttributes,
  PROCESS_OPERATION,
  ATTR_QUEUE_TIME_MS,
  formatSpanName,
} from './messaging-attributes.js';
import { runInContext } from './consume.js';
import { isBatchConsumerOf } from './existing-span.js';
import { computeQueueTimeMs } from './queue-time.js';
import type { ConsumeBatchOptions, ReceivedMessage } from './types.js';

/**
 * Processes a batch in one CONSUMER span with a link for each message; id and queue time of a message stand on its link.
 * Baggage goes on as far as all messages agree on it. How many links a span holds is a limit of the SDK, by default 128;
 * `messaging.batch.message_count` tells of all messages.
 *
 * @param options where the messages came from, and their headers
 * @param fn the work; its result comes back and its error is rethrown, untouched
 * @example
 * const batch = messages.map(message => ({ carrier: message.headers, messageId: message.id }));
 * await consumeBatch({ system: 'nats', destination: 'orders', messages: batch }, () => confirmAll(messages));
 */
export function consumeBatch<T>(options: ConsumeBatchOptions, fn: (span: Span) => T): T {
  const way = getActiveTracer();
  const active = way && activeSpan(way.contextManager.active());
  if (active !== undefined && guarded(OPTIONS, () => isBatchConsumerOf(active, options), false)) {
    return fn(active);
  }
  const arrived = guarded(OPTIONS, () => Array.from(options.messages ?? [], arrivalOf), []);
  const context = sharedBaggage(arrived.map(one => one.remote));
  // Where nothing is recorded the messages' common baggage travels on all the same.
  if (way === undefined) return runInContext(context, () => fn(NOOP_SPAN));
  const { name, spanOptions } = guarded(OPTIONS, () => planOf(options, arrived), BARE);
  return runInContext(context, () => runInSpan(name, spanOptions, fn));
}

const OPTIONS = 'reading the options of consumeBatch';

interface Plan {
  readonly name: string;
  readonly spanOptions: SpanOptions;
}

/** For options that cannot be read: the work runs in a span all the same. */
const BARE: Plan = { name: PROCESS_OPERATION.name, spanOptions: { kind: 'consumer', root: true } };

/** What the span is called and made of; throws where the options do. */
function planOf(options: ConsumeBatchOptions, arrived: readonly Arrival[]): Plan {
  const waits = arrived.map(one => one.waitedMs).filter(waited => waited !== undefined);
  const { isError, stream } = options;
  const spanOptions: SpanOptions = {
    kind: 'consumer',
    root: true,
    attributes: createMessagingAttributes(options, PROCESS_OPERATION, {
      [ATTR_BATCH_MESSAGE_COUNT]: arrived.length,
      [ATTR_BATCH_MAX_QUEUE_TIME_MS]: waits.length === 0 ? undefined : waits.reduce((one, other) => Math.max(one, other)),
    }),
    links: [...arrived.flatMap(linksOf), ...(options.links ?? [])],
    ...(isError && { isError }),
    ...(stream && { stream }),
  };
  return { name: formatSpanName(options, PROCESS_OPERATION), spanOptions };
}

/** A message, looked at once. */
interface Arrival {
  readonly remote: Context;
  readonly waitedMs: number | undefined;
  readonly messageId: string | undefined;
}

const UNREADABLE: Arrival = { remote: ROOT_CONTEXT, waitedMs: undefined, messageId: undefined };

/** One message that throws when it is looked at must not take the links of the others. */
function arrivalOf(message: ReceivedMessage): Arrival {
  return guarded(
    'reading a message of a batch',
    () => {
      const carrier = message?.carrier;
      return {
        remote: extract(carrier, ROOT_CONTEXT),
        waitedMs: computeQueueTimeMs(message?.sentAt, carrier),
        messageId: message?.messageId,
      };
    },
    UNREADABLE,
  );
}

function linksOf({ remote, waitedMs, messageId }: Arrival): Link[] {
  const context = apiTrace.getSpanContext(remote);
  if (context === undefined) return [];
  return [{ context, attributes: omitUndefined({ [ATTR_MESSAGE_ID]: messageId, [ATTR_QUEUE_TIME_MS]: waitedMs }) }];
}

/** The baggage entries that are the same in all messages: what only some of them say holds for none of the common work. */
function sharedBaggage(remotes: readonly Context[]): Context {
  const [first, ...others] = remotes.map(remote => propagation.getBaggage(remote));
  if (first === undefined) return ROOT_CONTEXT;
  const shared = first
    .getAllEntries()
    .filter(([key, { value }]) => others.every(other => other?.getEntry(key)?.value === value));
  if (shared.length === 0) return ROOT_CONTEXT;
  const entries: Record<string, BaggageEntry> = Object.fromEntries(shared);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
}
