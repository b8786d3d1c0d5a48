// MQTT 5 with MQTT.js.

import { QUEUE, RELATION, run } from './shop.mjs';
import { mqttMessages } from '@do/trace/queue';
import { connectAsync } from 'mqtt';

const client = await connectAsync(process.env.MQTT_URL ?? 'mqtt://localhost', { protocolVersion: 5 });

await run({
  publish: order => mqttMessages.publish(client, QUEUE, JSON.stringify(order), { qos: 1 }),
  async work(confirm) {
    const listener = mqttMessages.listener((_topic, payload) => confirm(JSON.parse(payload.toString())), {
      relation: RELATION,
    });
    client.on('message', listener);
    await client.subscribeAsync(QUEUE, { qos: 1 });
  },
  close: () => client.endAsync(),
});
