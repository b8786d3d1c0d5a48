// The example for BullMQ, with bullmq-otel for queue and worker in addition.

import { QUEUE, run } from '../../../examples/queues/shop.mjs';
import { bullmq } from '@do/trace/queue';
import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const connection = { url: process.env.REDIS_URL, maxRetriesPerRequest: null };
const telemetry = new BullMQOtel('bullmq');
const queue = new Queue(QUEUE, { connection, telemetry });
let worker;

await run({
  publish: order => bullmq.add(queue, 'confirm', order),
  async work(confirm) {
    const processor = job => bullmq.process(queue, job, () => confirm(job.data));
    worker = new Worker(QUEUE, processor, { connection, telemetry });
    await worker.waitUntilReady();
  },
  async close() {
    await worker?.close();
    await queue.close();
  },
});
