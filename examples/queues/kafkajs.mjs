// Kafka with kafkajs. With RELATION=link the worker handles whole batches.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { kafkaMessages } from '@do/trace/queue';
import kafkajs from 'kafkajs';

const brokers = [process.env.KAFKA_BROKER ?? 'localhost:9092'];
const kafka = new kafkajs.Kafka({ clientId: 'shop', brokers, logLevel: kafkajs.logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: `${QUEUE}-workers`, maxWaitTimeInMs: 50, retry: { retries: 20 } });
await producer.connect();

const orderOf = message => JSON.parse(message.value.toString());

await run({
  publish: order =>
    kafkaMessages.send(producer, {
      topic: QUEUE,
      messages: [{ key: String(order.id), value: JSON.stringify(order) }],
    }),
  async work(confirm) {
    await consumer.connect();
    await consumer.subscribe({ topics: [QUEUE], fromBeginning: true });
    const joined = new Promise(resolve => {
      consumer.on(consumer.events.GROUP_JOIN, resolve);
    });
    await consumer.run({
      partitionsConsumedConcurrently: CONCURRENCY,
      ...(RELATION === 'link'
        ? {
            eachBatch: kafkaMessages.eachBatch(({ batch }) =>
              Promise.all(batch.messages.map(message => confirm(orderOf(message)))),
            ),
          }
        : { eachMessage: kafkaMessages.eachMessage(({ message }) => confirm(orderOf(message))) }),
    });
    await joined;
  },
  async close() {
    await consumer.disconnect();
    await producer.disconnect();
  },
});
