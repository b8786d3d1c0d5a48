import { describe, expect, it } from 'vitest';
import { createQueuedBatch, estimateMemoryBytes } from '../../../../src/delivery/queue/queued-batch.js';
import type { RecordState, SpoolRecord } from '../../../../src/delivery/spool/segment.js';

const batch = { bytes: new Uint8Array(1_000), spanCount: 7 };
const recordIn = (state: RecordState): SpoolRecord => ({
  segment: {} as SpoolRecord['segment'],
  offset: 0,
  length: 1_000,
  spanCount: 7,
  state,
});

describe('createQueuedBatch', () => {
  it('has not been sent, and shares the bytes', () => {
    const queued = createQueuedBatch(batch, 3, 'queued', undefined);
    expect(queued.bytes).toBe(batch.bytes);
    expect(queued).toMatchObject({
      spanCount: 7,
      sequence: 3,
      place: 'queued',
      spoolCopy: undefined,
      firstSentMs: undefined,
      attempts: 0,
      mayHaveArrived: false,
      isCountedAsDuplicated: false,
    });
  });

  it.each([
    ['waiting', false],
    ['inFlight', true],
  ] as const)('from a record in the state %s: may have arrived is %s', (state, mayHaveArrived) => {
    const record = recordIn(state);
    const queued = createQueuedBatch(batch, 0, 'spooled', record);
    expect(queued).toMatchObject({ place: 'spooled', mayHaveArrived, spoolCopy: { record, openParts: 1 } });
  });
});

describe('estimateMemoryBytes', () => {
  it('counts 256 bytes more than the size, so that tiny batches are bounded too', () => {
    expect(estimateMemoryBytes({ bytes: new Uint8Array(0), spanCount: 1 })).toBe(256);
    expect(estimateMemoryBytes(batch) - estimateMemoryBytes({ ...batch, bytes: new Uint8Array(0) })).toBe(
      1_000,
    );
  });
});
