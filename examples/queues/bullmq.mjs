// Redis jobs with BullMQ.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { bullmqJobs } from '@do/trace/queue';
import { Queue, Worker } from 'bullmq';

const connection = { url: process.env.REDIS_URL ?? 'redis://localhost:6379', maxRetriesPerRequest: null };
const queue = new Queue(QUEUE, { connection });
let worker;

await run({
  publish: order => bullmqJobs.add(queue, 'confirm', order),
  async work(confirm) {
    const processor = bullmqJobs.processor(job => confirm(job.data), { relation: RELATION });
    worker = new Worker(QUEUE, processor, { connection, concurrency: CONCURRENCY });
    await worker.waitUntilReady();
  },
  async close() {
    await worker?.close();
    await queue.close();
  },
});
