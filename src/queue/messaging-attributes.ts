// Names and attributes of OpenTelemetry's messaging conventions, and the three that it has no name for.
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/

import type { Attributes } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import type { MessagingOptions } from './types.js';

/** Milliseconds between sending and processing; on a batch's links, for each message. Ours: the conventions have none. */
export const ATTR_QUEUE_TIME_MS = 'messaging.message.queue_time_ms';
/** The longest of these in a batch. Ours. */
export const ATTR_BATCH_MAX_QUEUE_TIME_MS = 'messaging.batch.max_queue_time_ms';
/** Which delivery of the message this is, counted from 1. Ours: the conventions have it for single systems only. */
export const ATTR_DELIVERY_ATTEMPT = 'messaging.message.delivery_attempt';

export const ATTR_SYSTEM = 'messaging.system';
export const ATTR_DESTINATION_NAME = 'messaging.destination.name';
export const ATTR_MESSAGE_ID = 'messaging.message.id';
export const ATTR_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';

/** What an operation is called where the caller does not say, and its type by the conventions. */
export interface MessagingOperation {
  readonly name: string;
  readonly type: 'send' | 'process';
}

export const SEND_OPERATION: MessagingOperation = { name: 'send', type: 'send' };
export const PROCESS_OPERATION: MessagingOperation = { name: 'process', type: 'process' };

/** The span's name: `{operation} {destination}`. */
export function formatSpanName(options: MessagingOptions, { name }: MessagingOperation): string {
  // A symbol, or an object without toString, would throw in a template.
  return `${safeText(options.operation ?? name)} ${safeText(options.destination)}`;
}

/**
 * The attributes of a messaging span.
 *
 * @param options what the caller said; its own attributes win
 * @param operation the default operation
 * @param more further attributes; undefined ones are left out
 */
export function createMessagingAttributes(
  options: MessagingOptions,
  operation: MessagingOperation,
  more: Readonly<Record<string, string | number | undefined>> = {},
): Attributes {
  return omitUndefined({
    [ATTR_SYSTEM]: options.system,
    [ATTR_DESTINATION_NAME]: options.destination,
    'messaging.operation.name': options.operation ?? operation.name,
    'messaging.operation.type': operation.type,
    [ATTR_MESSAGE_ID]: options.messageId,
    ...more,
    ...options.attributes,
  });
}

/** The same attributes without those that are undefined. */
export function omitUndefined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
