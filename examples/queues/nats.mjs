// NATS with core subjects.

import { QUEUE, RELATION, run } from './shop.mjs';
import { natsMessages } from '@do/trace/queue';
import { connect, headers, JSONCodec } from 'nats';

const connection = await connect({ servers: process.env.NATS_URL ?? 'nats://localhost:4222' });
const codec = JSONCodec();

await run({
  publish: async order =>
    natsMessages.publish(connection, QUEUE, codec.encode(order), { headers: headers() }),
  async work(confirm) {
    const callback = (_error, message) =>
      natsMessages.process(message, () => confirm(codec.decode(message.data)), { relation: RELATION });
    connection.subscribe(QUEUE, { queue: 'workers', callback });
    await connection.flush();
  },
  close: () => connection.drain(),
});
