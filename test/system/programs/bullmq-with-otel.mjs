// The example for BullMQ, with bullmq-otel for queue and worker in addition.

import { QUEUE, run } from '../../../examples/queues/shop.mjs';
import { bullmqJobs } from '@do/trace/queue';
import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const connection = { url: process.env.REDIS_URL, maxRetriesPerRequest: null };
const telemetry = new BullMQOtel('bullmq');
const queue = new Queue(QUEUE, { connection, telemetry });
let worker;

await run({
  publish: order => bullmqJobs.add(queue, 'confirm', order),
  async work(confirm) {
    worker = new Worker(
      QUEUE,
      bullmqJobs.processor(job => confirm(job.data)),
      { connection, telemetry },
    );
    await worker.waitUntilReady();
  },
  async close() {
    await worker?.close();
    await queue.close();
  },
});
