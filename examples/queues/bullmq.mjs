// Redis jobs with BullMQ.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { bullmq } from '@do/trace/queue';
import { Queue, Worker } from 'bullmq';

const connection = { url: process.env.REDIS_URL ?? 'redis://localhost:6379', maxRetriesPerRequest: null };
const queue = new Queue(QUEUE, { connection });
let worker;

await run({
  publish: order => bullmq.add(queue, 'confirm', order),
  async work(confirm) {
    const processor = job => bullmq.process(QUEUE, job, { relation: RELATION }, () => confirm(job.data));
    worker = new Worker(QUEUE, processor, { connection, concurrency: CONCURRENCY });
    await worker.waitUntilReady();
  },
  async close() {
    await worker?.close();
    await queue.close();
  },
});
