// MQTT 5 with MQTT.js.

import { QUEUE, RELATION, run } from './shop.mjs';
import { mqtt } from '@do/trace/queue';
import { connectAsync } from 'mqtt';

const client = await connectAsync(process.env.MQTT_URL ?? 'mqtt://localhost', { protocolVersion: 5 });

await run({
  publish: order => mqtt.publishAsync(client, QUEUE, JSON.stringify(order), { qos: 1 }),
  async work(confirm) {
    client.on('message', (topic, payload, packet) =>
      mqtt.process(topic, packet, { relation: RELATION }, () => confirm(JSON.parse(payload.toString()))),
    );
    await client.subscribeAsync(QUEUE, { qos: 1 });
  },
  close: () => client.endAsync(),
});
