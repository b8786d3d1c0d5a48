// MQTT 5: the context travels in the user properties. No OpenTelemetry instrumentation exists for the client.
// MQTT 3.1.1 has no place for it; use `propertyCarrier` on a JSON payload there.

import { safeText } from '../core/diagnostics.js';
import { copyForClient, mergeAdapterOptions, asRecord, asText } from './adapter-options.js';
import { consume } from './consume.js';
import { publish as publishMessage } from './publish.js';
import type { ConsumerOptions } from './types.js';

/** What is used of MQTT.js's client. */
export interface MqttClient {
  publishAsync(topic: string, ...rest: never[]): unknown;
}

const SYSTEM = 'mqtt';

/**
 * `client.publishAsync` in a PRODUCER span, which ends when the broker has the message as its QoS demands.
 *
 * @param client a client connected with `protocolVersion: 5`
 * @param args topic, payload and options, which stay as they are
 */
function publish<C extends MqttClient>(
  client: C,
  ...args: Parameters<C['publishAsync']>
): ReturnType<C['publishAsync']> {
  const [topic, payload, options] = args as readonly unknown[];
  const send = (filled: unknown): ReturnType<C['publishAsync']> =>
    Reflect.apply(client.publishAsync, client, [topic, payload, filled]) as ReturnType<C['publishAsync']>;
  const userProperties: Record<string, unknown> = {};
  const filled = copyForClient(SYSTEM, () => {
    const { properties } = asRecord(options);
    Object.assign(userProperties, asRecord(asRecord(properties).userProperties));
    return { ...asRecord(options), properties: { ...asRecord(properties), userProperties } };
  });
  if (filled === undefined) return send(options);
  return publishMessage(
    { system: SYSTEM, destination: safeText(topic), operation: 'publish', carrier: userProperties },
    () => send(filled),
  );
}

/**
 * A listener for `client.on('message')`, each message in a CONSUMER span.
 *
 * @param fn the work
 * @param said further attributes, relation; a `destination` where topics have many values
 */
function listener<A extends unknown[], R>(fn: (...args: A) => R, said?: ConsumerOptions): (...args: A) => R {
  return (...args) => {
    const read = (): object => {
      const [topic, , packet] = args;
      const { properties, dup } = asRecord(packet);
      return {
        carrier: asRecord(properties).userProperties,
        destination: asText(topic),
        redelivered: dup === true,
      };
    };
    return consume(mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, said), () => fn(...args));
  };
}

/** Publish and listener, around MQTT.js. */
export const mqttMessages: { readonly publish: typeof publish; readonly listener: typeof listener } = {
  publish,
  listener,
};
