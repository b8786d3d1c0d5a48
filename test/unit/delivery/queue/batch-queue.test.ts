import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchQueue } from '../../../../src/delivery/queue/batch-queue.js';
import { createQueuedBatch, estimateMemoryBytes } from '../../../../src/delivery/queue/queued-batch.js';

const createBatch = (sequence: number, size: number) =>
  createQueuedBatch({ bytes: new Uint8Array(size), spanCount: 1 }, sequence, 'queued', undefined);

describe('BatchQueue', () => {
  it('returns batches in their order and counts their memory, for any sequence of calls', () => {
    const call = fc.oneof(
      { weight: 3, arbitrary: fc.record({ push: fc.nat(2_000) }) },
      { weight: 2, arbitrary: fc.constant('shift' as const) },
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 400 }), calls => {
        const queue = new BatchQueue();
        const model: ReturnType<typeof createBatch>[] = [];
        for (const [i, each] of calls.entries()) {
          if (each === 'shift') expect(queue.shift()).toBe(model.shift());
          else {
            const batch = createBatch(i, each.push);
            queue.push(batch);
            model.push(batch);
          }
          expect(queue.peek()).toBe(model[0]);
          expect(queue.bytes).toBe(model.reduce((sum, batch) => sum + estimateMemoryBytes(batch), 0));
        }
      }),
    );
  });

  it('keeps its order beyond the size at which the array shrinks', () => {
    const queue = new BatchQueue();
    for (let i = 0; i < 1_000; i++) queue.push(createBatch(i, 1));
    const order = Array.from({ length: 1_000 }, () => queue.shift()?.sequence);
    expect(order).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
    expect(queue.shift()).toBeUndefined();
    expect(queue.bytes).toBe(0);
  });
});
