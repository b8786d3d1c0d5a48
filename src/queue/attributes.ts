// Names and attributes of OpenTelemetry's messaging conventions, and the three that it has no name for.
// https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/

import type { Attributes } from '@opentelemetry/api';
import { safeText } from '../core/diagnostics.js';
import type { MessagingOptions } from './types.js';

/** Milliseconds between sending and processing; on a batch's links, for each message. Ours: the conventions have none. */
export const QUEUE_TIME = 'messaging.message.queue_time_ms';
/** The longest of these in a batch. Ours. */
export const BATCH_QUEUE_TIME = 'messaging.batch.max_queue_time_ms';
/** Which delivery of the message this is, counted from 1. Ours: the conventions have it for single systems only. */
export const DELIVERY_ATTEMPT = 'messaging.message.delivery_attempt';

export const SYSTEM = 'messaging.system';
export const DESTINATION = 'messaging.destination.name';
export const MESSAGE_ID = 'messaging.message.id';
export const BATCH_COUNT = 'messaging.batch.message_count';

/** What an operation is called where the caller does not say, and its type by the conventions. */
export interface Operation {
  readonly name: string;
  readonly type: 'send' | 'process';
}

export const SEND: Operation = { name: 'send', type: 'send' };
export const PROCESS: Operation = { name: 'process', type: 'process' };

/** The span's name: `{operation} {destination}`. */
export function spanName(options: MessagingOptions, { name }: Operation): string {
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
export function messagingAttributes(
  options: MessagingOptions,
  operation: Operation,
  more: Readonly<Record<string, string | number | undefined>> = {},
): Attributes {
  return defined({
    [SYSTEM]: options.system,
    [DESTINATION]: options.destination,
    'messaging.operation.name': options.operation ?? operation.name,
    'messaging.operation.type': operation.type,
    [MESSAGE_ID]: options.messageId,
    ...more,
    ...options.attributes,
  });
}

/** The same attributes without those that are undefined. */
export function defined(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
