// Recognizes the kind of a carrier and gives every kind the same interface.

import { safeText } from '../core/diagnostics.js';
import {
  type CarrierAccess,
  type CarrierStorage,
  createCarrierAccess,
  NOOP_CARRIER_ACCESS,
} from './carriers/access.js';
import { createCollectionStorage, isKeyedCollection } from './carriers/collections.js';
import { createEnvironmentStorage } from './carriers/environment.js';
import { createListStorage } from './carriers/list.js';
import { createMessageAttributesStorage, isMessageAttributes } from './carriers/message-attributes.js';
import { createObjectStorage } from './carriers/object.js';
import { reportCarrierFailure } from './propagation-diagnostics.js';

/** Objects that cannot carry a context: spans, dates, functions and promises. */
interface NotACarrier {
  readonly spanContext?: never;
  readonly getTime?: never;
  readonly call?: never;
  readonly then?: never;
}

/**
 * An object that can transport context: a plain object with names in any case and string, string[] or Buffer values,
 * `Headers`, `Map`, `URLSearchParams`, a list of `[name, value]`, Kafka, AMQP and NATS headers, SQS and SNS message
 * attributes, `process.env`, or any object with `get`, `set` and `keys`.
 */
export type Carrier = ({ readonly [name: string]: unknown } & NotACarrier) | (object & NotACarrier);

/**
 * Gives access to a value as a carrier. Neither this function nor its result throws. A value that is not an object
 * carries nothing.
 *
 * @example
 * accessCarrier(new Headers({ TraceParent: '00-…' })).get('traceparent'); // '00-…'
 */
export function accessCarrier(value: unknown): CarrierAccess {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    if (value !== undefined) {
      reportCarrierFailure('carrier', `${value === null ? 'null' : typeof value} is not an object`);
    }
    return NOOP_CARRIER_ACCESS;
  }
  try {
    return createCarrierAccess(createStorage(value));
  } catch (error) {
    // Proxies and getters can throw while the kind is determined. Such a value carries nothing.
    reportCarrierFailure('carrier', `determining its kind threw ${safeText(error)}`);
    return NOOP_CARRIER_ACCESS;
  }
}

/**
 * Message attributes of SQS and SNS as a carrier. Needed while they are empty, because they then look like any object.
 *
 * @example
 * const MessageAttributes = {};
 * trace.inject(messageAttributes(MessageAttributes));
 * await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
 */
export function messageAttributes(attributes: object): CarrierAccess {
  return createCarrierAccess(createMessageAttributesStorage(attributes));
}

/** Environment variables as a carrier. Needed for copies, because only `process.env` itself is recognized. */
export function environmentCarrier(env: object): CarrierAccess {
  return createCarrierAccess(createEnvironmentStorage(env));
}

function createStorage(value: object): CarrierStorage {
  if (Array.isArray(value)) return createListStorage(value);
  if (value === process.env) return createEnvironmentStorage(value);
  if (isKeyedCollection(value)) return createCollectionStorage(value);
  return isMessageAttributes(value) ? createMessageAttributesStorage(value) : createObjectStorage(value);
}
