// MQTT 5: the context is in the user properties. OpenTelemetry has no instrumentation of the client.
// MQTT 3.1.1 has no user properties; use `propertyCarrier` on a JSON payload.

import { safeText } from '../core/diagnostics.js';
import { copyForClient, mergeAdapterOptions } from './adapter-options.js';
import { consume } from './consume.js';
import { publish as publishMessage } from './publish.js';
import type { ConsumerOptions } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required method of the client of MQTT.js. */
export interface MqttClient {
  publishAsync(topic: string, ...rest: never[]): unknown;
}

const SYSTEM = 'mqtt';

/**
 * `client.publishAsync` in a PRODUCER span, which ends when the broker has confirmed the message according to its QoS.
 *
 * @param client a client connected with `protocolVersion: 5`
 * @param args topic, payload and options; not modified
 */
function publish<C extends MqttClient>(
  client: C,
  ...args: Parameters<C['publishAsync']>
): ReturnType<C['publishAsync']> {
  const [topic, payload, options] = args as readonly unknown[];
  const send = (publishOptions: unknown): ReturnType<C['publishAsync']> =>
    Reflect.apply(client.publishAsync, client, [topic, payload, publishOptions]) as ReturnType<
      C['publishAsync']
    >;
  const userProperties: Record<string, unknown> = {};
  const filledOptions = copyForClient(SYSTEM, () => {
    const { properties } = asRecord(options);
    Object.assign(userProperties, asRecord(asRecord(properties).userProperties));
    return { ...asRecord(options), properties: { ...asRecord(properties), userProperties } };
  });
  if (filledOptions === undefined) return send(options);
  return publishMessage(
    { system: SYSTEM, destination: safeText(topic), operation: 'publish', carrier: userProperties },
    () => send(filledOptions),
  );
}

/**
 * Creates a listener for `client.on('message')` with each message in a CONSUMER span.
 *
 * @param fn the work
 * @param consumerOptions further attributes, relation; a `destination` if topics have many values
 */
function listener<A extends unknown[], R>(
  fn: (...args: A) => R,
  consumerOptions?: ConsumerOptions,
): (...args: A) => R {
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
    const options = mergeAdapterOptions(read, { system: SYSTEM, destination: 'unknown' }, consumerOptions);
    return consume(options, () => fn(...args));
  };
}

/** Publish and listener for MQTT.js. */
export const mqttMessages: { readonly publish: typeof publish; readonly listener: typeof listener } = {
  publish,
  listener,
};
