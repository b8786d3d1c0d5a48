// Plain objects as carriers: HTTP headers of Node.js, AMQP headers, kafkajs headers, MQTT user properties, job data.

import type { CarrierStorage } from './access.js';

/** Creates the storage of an object's own enumerable properties. Values may be strings, Buffers or arrays of them. */
export function createObjectStorage(carrier: object): CarrierStorage {
  const record = carrier as Record<string, unknown>;
  return {
    kind: 'object',
    read: name => record[String(name)],
    write: (name, value) => {
      record[String(name)] = value;
    },
    names: () => Object.keys(record),
  };
}
