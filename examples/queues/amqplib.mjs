// RabbitMQ with amqplib.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { amqplib } from '@do/trace/queue';
import { connect } from 'amqplib';

const connection = await connect(process.env.AMQP_URL ?? 'amqp://localhost');
const channel = await connection.createChannel();
await channel.assertQueue(QUEUE);
await channel.prefetch(CONCURRENCY);

await run({
  publish: async order => amqplib.sendToQueue(channel, QUEUE, Buffer.from(JSON.stringify(order))),
  work: confirm =>
    channel.consume(QUEUE, message =>
      amqplib.process(QUEUE, message, { relation: RELATION }, async () => {
        await confirm(JSON.parse(message.content.toString()));
        channel.ack(message);
      }),
    ),
  close: () => connection.close(),
});
