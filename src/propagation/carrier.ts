// Which kind of carrier a value is. Every kind ends up behind the same three methods, and none of them throws.

import { safeText } from '../core/diagnostics.js';
import { accessTo, type CarrierAccess, NO_ACCESS, type Store } from './carriers/access.js';
import { attributesStore, isMessageAttributes } from './carriers/message-attributes.js';
import { collectionStore, isKeyedCollection } from './carriers/collections.js';
import { environmentStore } from './carriers/environment.js';
import { listStore } from './carriers/list.js';
import { objectStore } from './carriers/object.js';
import { refused } from './log-refused.js';

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
export function carrierOf(value: unknown): CarrierAccess {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    if (value !== undefined) refused('carrier', 'it is no object', value === null ? 'null' : typeof value);
    return NO_ACCESS;
  }
  try {
    return accessTo(storeOf(value));
  } catch (error) {
    // Proxies and getters can make even looking throw: such a value carries nothing.
    refused('carrier', 'looking at it threw', safeText(error));
    return NO_ACCESS;
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
  return accessTo(attributesStore(attributes));
}

/** Environment variables as a carrier; needed only where they are not `process.env` itself. */
export function environmentCarrier(env: object): CarrierAccess {
  return accessTo(environmentStore(env));
}

function storeOf(value: object): Store {
  if (Array.isArray(value)) return listStore(value);
  if (value === process.env) return environmentStore(value);
  if (isKeyedCollection(value)) return collectionStore(value);
  return isMessageAttributes(value) ? attributesStore(value) : objectStore(value);
}
