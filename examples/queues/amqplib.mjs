// RabbitMQ with amqplib.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { amqpMessages } from '@do/trace/queue';
import { connect } from 'amqplib';

const connection = await connect(process.env.AMQP_URL ?? 'amqp://localhost');
const channel = await connection.createChannel();
await channel.assertQueue(QUEUE);
await channel.prefetch(CONCURRENCY);

await run({
  publish: async order => amqpMessages.sendToQueue(channel, QUEUE, Buffer.from(JSON.stringify(order))),
  work: confirm =>
    amqpMessages.consume(
      channel,
      QUEUE,
      async message => {
        await confirm(JSON.parse(message.content.toString()));
        channel.ack(message);
      },
      {},
      { relation: RELATION },
    ),
  close: () => connection.close(),
});
