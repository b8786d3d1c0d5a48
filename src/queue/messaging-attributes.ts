// Span names and attributes of OpenTelemetry's messaging conventions, and four attributes that they do not define.
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/

import type { Attributes } from '@opentelemetry/api';
import { omitUndefined } from '../core/omit-undefined.js';
import type { MessagingOptions } from './types.js';

/** Milliseconds between sending and processing. In a batch, on the link of each message. Not in the conventions. */
export const ATTR_QUEUE_TIME_MS = 'messaging.message.queue_time_ms';
/** The longest queue time in a batch. Not in the conventions. */
export const ATTR_BATCH_MAX_QUEUE_TIME_MS = 'messaging.batch.max_queue_time_ms';
/** The number of the delivery, starting at 1. The conventions define it for individual systems only. */
export const ATTR_DELIVERY_ATTEMPT = 'messaging.message.delivery_attempt';

/** The ids of the messages of a batch that is published. The conventions have an attribute for a single id only. */
export const ATTR_BATCH_MESSAGE_IDS = 'messaging.batch.message_ids';

export const ATTR_SYSTEM = 'messaging.system';
export const ATTR_DESTINATION_NAME = 'messaging.destination.name';
/** The subscription of a message, if it has fewer values than the destination: `orders.*`. */
export const ATTR_DESTINATION_TEMPLATE = 'messaging.destination.template';
export const ATTR_MESSAGE_ID = 'messaging.message.id';
export const ATTR_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';

/** The default name of an operation, and its type in the conventions. */
export interface MessagingOperation {
  readonly name: string;
  readonly type: 'send' | 'process';
}

export const SEND_OPERATION: MessagingOperation = { name: 'send', type: 'send' };
export const PROCESS_OPERATION: MessagingOperation = { name: 'process', type: 'process' };

/** Formats the name of a span: `{operation} {destination}`, or the operation if there is no common destination. */
export function formatSpanName(options: Partial<MessagingOptions>, { name }: MessagingOperation): string {
  const operation = options.operation ?? name;
  return options.destination === undefined ? operation : `${operation} ${options.destination}`;
}

/** Attributes of one operation; undefined values are left out. */
export type MoreAttributes = Readonly<Record<string, string | number | string[] | undefined>>;

/**
 * Creates the attributes of a messaging span.
 *
 * @param options the options of the caller, whose attributes take precedence
 * @param operation the default operation
 * @param more further attributes
 */
export function createMessagingAttributes(
  options: Partial<MessagingOptions>,
  operation: MessagingOperation,
  more: MoreAttributes = {},
): Attributes {
  return omitUndefined<Attributes>({
    [ATTR_SYSTEM]: options.system,
    [ATTR_DESTINATION_NAME]: options.destination,
    'messaging.operation.name': options.operation ?? operation.name,
    'messaging.operation.type': operation.type,
    ...more,
    ...options.attributes,
  });
}
