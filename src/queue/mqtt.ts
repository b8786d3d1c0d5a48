// MQTT 5: the context is in the user properties. OpenTelemetry has no instrumentation of the client.
// MQTT 3.1.1 has no user properties; use `propertyCarrier` on a JSON payload.

import { copyForClient } from './copy-for-client.js';
import { createProcess, readSubscription } from './process.js';
import { publishMessage } from './publish.js';
import type { Process } from './types.js';
import { asRecord, asText } from './unknown-record.js';

/** The required methods of the client of MQTT.js. */
export interface MqttClient {
  publish(topic: string, ...rest: never[]): unknown;
  publishAsync(topic: string, ...rest: never[]): unknown;
}

const SYSTEM = 'mqtt';

type Callback = (...args: unknown[]) => void;

function publish<C extends Pick<MqttClient, 'publish'>>(
  client: C,
  ...args: Parameters<C['publish']>
): ReturnType<C['publish']> {
  const [topic, payload, ...rest] = args as readonly unknown[];
  const callback = rest.find(argument => typeof argument === 'function') as Callback | undefined;
  const options = typeof rest[0] === 'function' ? undefined : rest[0];
  let returned: unknown;
  const confirmed = sendInProducerSpan(topic, options, filledOptions => {
    let settle: Callback = () => {};
    const result = new Promise<void>((resolve, reject) => {
      settle = error => (error ? reject(error as Error) : resolve());
    });
    const onConfirmed: Callback = (...results) => {
      settle(...results);
      callback?.(...results);
    };
    returned = Reflect.apply(client.publish, client, [topic, payload, filledOptions, onConfirmed]);
    return result;
  });
  // The span has recorded the error, and the application gets it by its callback.
  void confirmed.catch(() => {});
  return returned as ReturnType<C['publish']>;
}

function publishAsync<C extends Pick<MqttClient, 'publishAsync'>>(
  client: C,
  ...args: Parameters<C['publishAsync']>
): ReturnType<C['publishAsync']> {
  const [topic, payload, options] = args as readonly unknown[];
  return sendInProducerSpan(
    topic,
    options,
    filledOptions =>
      Reflect.apply(client.publishAsync, client, [topic, payload, filledOptions]) as ReturnType<
        C['publishAsync']
      >,
  );
}

const process = createProcess<string>('mqtt', SYSTEM, (source, packet) => {
  const { topic, properties, dup } = asRecord(packet);
  return {
    ...readSubscription(source, topic),
    carrier: asRecord(properties).userProperties,
    redelivered: dup === true,
  };
});

/**
 * MQTT.js with MQTT 5.
 *
 * @example
 * await mqtt.publishAsync(client, 'orders', JSON.stringify(order), { qos: 1 });
 * client.on('message', (topic, payload, packet) => mqtt.process('orders', packet, () => confirm(payload)));
 */
export const mqtt: {
  /** `client.publish` in a PRODUCER span, which ends when the broker has confirmed the message according to its QoS. */
  publish<C extends Pick<MqttClient, 'publish'>>(
    client: C,
    ...args: Parameters<C['publish']>
  ): ReturnType<C['publish']>;
  /** `client.publishAsync` in a PRODUCER span, which ends when the broker has confirmed the message according to its QoS. */
  publishAsync<C extends Pick<MqttClient, 'publishAsync'>>(
    client: C,
    ...args: Parameters<C['publishAsync']>
  ): ReturnType<C['publishAsync']>;
  /**
   * Processes a packet of the event `message` in a CONSUMER span. The source is the topic, or the subscription (`orders/+`)
   * if topics have many values.
   */
  readonly process: Process<string>;
} = { publish, publishAsync, process };

function sendInProducerSpan<T>(topic: unknown, options: unknown, send: (filledOptions: unknown) => T): T {
  const userProperties: Record<string, unknown> = {};
  const filledOptions = copyForClient(SYSTEM, () => {
    const { properties } = asRecord(options);
    Object.assign(userProperties, asRecord(asRecord(properties).userProperties));
    return { ...asRecord(options), properties: { ...asRecord(properties), userProperties } };
  });
  if (filledOptions === undefined) return send(options);
  const destination = asText(topic);
  return publishMessage(
    {
      system: SYSTEM,
      ...(destination !== undefined && { destination }),
      operation: 'publish',
      carrier: userProperties,
    },
    () => send(filledOptions),
  );
}
