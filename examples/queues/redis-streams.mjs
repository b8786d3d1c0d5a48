// Redis streams with ioredis and a consumer group. With RELATION=link the worker handles whole batches.

import { CONCURRENCY, QUEUE, RELATION, run } from './shop.mjs';
import { redisStreams } from '@do/trace/queue';
import { Redis } from 'ioredis';

const url = process.env.REDIS_URL ?? 'redis://localhost:6379';
const redis = new Redis(url);
const reader = new Redis(url); // its own connection, because a blocking read occupies it
const stopped = new AbortController();

await redis.xgroup('CREATE', QUEUE, 'workers', '0', 'MKSTREAM').catch(error => {
  if (!error.message.startsWith('BUSYGROUP')) throw error; // the group exists
});

async function read() {
  const group = ['GROUP', 'workers', `worker-${process.pid}`, 'COUNT', CONCURRENCY, 'BLOCK', 1000];
  const response = await reader.xreadgroup(...group, 'STREAMS', QUEUE, '>');
  return response?.[0][1] ?? [];
}

const orderOf = ([, fields]) => JSON.parse(fields[fields.indexOf('order') + 1]);

await run({
  publish: order =>
    redisStreams.xadd(redis, QUEUE, 'MAXLEN', '~', 10_000, '*', 'order', JSON.stringify(order)),
  async work(confirm) {
    const one = entry => redisStreams.process(QUEUE, entry, () => confirm(orderOf(entry)));
    const all = entries => Promise.all(entries.map(entry => confirm(orderOf(entry))));
    const loop = async () => {
      while (!stopped.signal.aborted) {
        const entries = await read();
        if (entries.length === 0) continue;
        if (RELATION === 'link') {
          await redisStreams.processBatch(QUEUE, entries, () => all(entries));
        } else await Promise.all(entries.map(one));
        await redis.xack(QUEUE, 'workers', ...entries.map(([id]) => id));
      }
    };
    loop().catch(error => {
      if (!stopped.signal.aborted) throw error;
    });
  },
  async close() {
    stopped.abort();
    reader.disconnect();
    await redis.quit();
  },
});
