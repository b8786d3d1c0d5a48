// Queues, limits, batches.
import DataLoader from 'dataloader';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import { firstValueFrom, map, of } from 'rxjs';

export async function program({ span }) {
  const queue = new PQueue({ concurrency: 2 });
  const limit = pLimit(1);
  const batches = [];
  const loader = new DataLoader(async keys => {
    batches.push(keys);
    return keys.map(key => key * 2);
  });
  return [
    await Promise.all([1, 2, 3].map(n => queue.add(() => span('job', async () => n)))),
    await Promise.all([1, 2].map(n => limit(() => span('limited', async () => n)))),
    await Promise.all([1, 2].map(key => span('load', () => loader.load(key)))),
    batches,
    await firstValueFrom(span('observable', () => of(1, 2).pipe(map(n => n + 1)))),
  ];
}
