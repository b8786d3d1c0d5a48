import { describe, expect, it } from 'vitest';
import { PendingFlushes } from '../../../../src/delivery/destination/pending-flushes.js';
import { settlePromises, VirtualTime } from '../../../support/virtual-time.js';

function start(): {
  flushes: PendingFlushes;
  time: VirtualTime;
  waiting: boolean[];
  abandoned: number[];
} {
  const time = new VirtualTime();
  const waiting: boolean[] = [];
  const abandoned: number[] = [];
  const flushes = new PendingFlushes({
    timers: time,
    clock: time,
    onWaiting: isWaiting => waiting.push(isWaiting),
    onAbandoned: sequence => abandoned.push(sequence),
  });
  return { flushes, time, waiting, abandoned };
}

describe('PendingFlushes', () => {
  it('ends the flushes whose batches are done, and no other', async () => {
    const { flushes, waiting, abandoned } = start();
    const results: string[] = [];
    void flushes.wait(1, 1_000).then(isDrained => results.push(`1 ${isDrained}`));
    void flushes.wait(2, 1_000).then(isDrained => results.push(`2 ${isDrained}`));
    flushes.endDrained(sequence => sequence <= 1);
    await settlePromises();
    expect(results).toEqual(['1 true']);
    expect(waiting).toEqual([true, true]);
    flushes.endDrained(() => true);
    await settlePromises();
    expect(results).toEqual(['1 true', '2 true']);
    expect(waiting).toEqual([true, true, false]);
    expect(abandoned).toEqual([]);
  });

  it('abandons a flush at its limit, whose timer keeps the process alive', async () => {
    const { flushes, time, waiting, abandoned } = start();
    const flushed = flushes.wait(7, 1_000);
    expect(time.keepsAlive).toBe(true);
    await time.advance(999);
    expect(abandoned).toEqual([]);
    await time.advance(1);
    expect(await flushed).toBe(false);
    expect(abandoned).toEqual([7]);
    expect(waiting).toEqual([true, false]);
    expect(time.keepsAlive).toBe(false);
  });

  it('abandons the flushes whose limit is before a time', async () => {
    const { flushes, time, abandoned } = start();
    await time.advance(500);
    void flushes.wait(1, 1_000);
    void flushes.wait(2, 3_000);
    flushes.abandonBefore(1_500);
    expect(abandoned).toEqual([]);
    flushes.abandonBefore(1_501);
    expect(abandoned).toEqual([1]);
    flushes.abandonAll();
    expect(abandoned).toEqual([1, 2]);
  });
});
