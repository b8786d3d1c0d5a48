// Which kind of carrier a value is. Every kind ends up behind the same three methods, and none of them throws.

import { safeText } from '../core/diagnostics.js';
import { createCarrierAccess, type CarrierAccess, NOOP_CARRIER_ACCESS, type CarrierStorage } from './carriers/access.js';
import { createMessageAttributesStorage, isMessageAttributes } from './carriers/message-attributes.js';
import { createCollectionStorage, isKeyedCollection } from './carriers/collections.js';
import { createEnvironmentStorage } from './carriers/environment.js';
import { createListStorage } from './carriers/list.js';
import { createObjectStorage } from './carriers/object.js';
import { refused } from './rejected-header.js';

/**
 * Anything that context can travel in: a plain object with names of any case and string, string[] or Buffer values,
 * `Headers`, `Map`, `URLSearchParams`, a list of `[name, value]`, Kafka, AMQP and NATS headers, SQS and SNS message
 * attributes, `process.env`, or whatever has `get`, `set` and `keys`.
 */
export type Carrier = object;

/**
 * Looks at a value as a carrier. Never throws, and neither does what it returns; what is no object carries nothing.
 *
 * @example
 * carrierOf(new Headers({ TraceParent: '00-…' })).get('traceparent'); // '00-…'
 */
export function accessCarrier(value: unknown): CarrierAccess {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    if (value !== undefined) refused('carrier', 'it is no object', value === null ? 'null' : typeof value);
    return NOOP_CARRIER_ACCESS;
  }
  try {
    return createCarrierAccess(createStorage(value));
  } catch (error) {
    // Proxies and getters can make even looking throw: such a value carries nothing.
    refused('carrier', 'looking at it threw', safeText(error));
    return NOOP_CARRIER_ACCESS;
  }
}

/**
 * Message attributes of SQS and SNS as a carrier, where they are still empty and so look like any object.
 *
 * @example
 * const MessageAttributes = {};
 * trace.inject(messageAttributes(MessageAttributes));
 * await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
 */
export function messageAttributes(attributes: object): CarrierAccess {
  return createCarrierAccess(createMessageAttributesStorage(attributes));
}

/** Environment variables as a carrier; needed only where they are not `process.env` itself. */
export function environmentCarrier(env: object): CarrierAccess {
  return createCarrierAccess(createEnvironmentStorage(env));
}

function createStorage(value: object): CarrierStorage {
  if (Array.isArray(value)) return createListStorage(value);
  if (value === process.env) return createEnvironmentStorage(value);
  if (isKeyedCollection(value)) return createCollectionStorage(value);
  return isMessageAttributes(value) ? createMessageAttributesStorage(value) : createObjectStorage(value);
}
