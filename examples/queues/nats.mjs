// NATS with core subjects.

import { QUEUE, RELATION, run } from './shop.mjs';
import { nats } from '@do/trace/queue';
import { connect, headers, JSONCodec } from 'nats';

const connection = await connect({ servers: process.env.NATS_URL ?? 'nats://localhost:4222' });
const codec = JSONCodec();

await run({
  publish: async order => nats.publish(connection, QUEUE, codec.encode(order), { headers: headers() }),
  async work(confirm) {
    const callback = (_error, message) =>
      nats.process(QUEUE, message, { relation: RELATION }, () => confirm(codec.decode(message.data)));
    connection.subscribe(QUEUE, { queue: 'workers', callback });
    await connection.flush();
  },
  close: () => connection.drain(),
});
