// Kafka with kafkajs. With RELATION=link the worker handles whole batches.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { kafkajs } from '@do/trace/queue';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

const brokers = [process.env.KAFKA_BROKER ?? 'localhost:9092'];
const kafka = new Kafka({ clientId: 'shop', brokers, logLevel: logLevel.NOTHING });
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({ groupId: `${QUEUE}-workers`, maxWaitTimeInMs: 50, retry: { retries: 20 } });
await producer.connect();

const orderOf = message => JSON.parse(message.value.toString());

await run({
  publish: order =>
    kafkajs.send(producer, {
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
            eachBatch: ({ batch }) =>
              kafkajs.processBatch(batch, batch.messages, () =>
                Promise.all(batch.messages.map(message => confirm(orderOf(message)))),
              ),
          }
        : {
            eachMessage: payload =>
              kafkajs.process(payload, payload.message, () => confirm(orderOf(payload.message))),
          }),
    });
    await joined;
  },
  async close() {
    await consumer.disconnect();
    await producer.disconnect();
  },
});
