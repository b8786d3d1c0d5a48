import { describe, expect, it } from 'vitest';
import { createQueuedBatch } from '../../../../src/delivery/queue/queued-batch.js';
import { Spool } from '../../../../src/delivery/spool/spool.js';
import { storeBatch } from '../../../../src/delivery/spool/store-batch.js';
import { startDelivery } from '../../../support/delivery-fixture.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../../../support/memory-file-system.js';
import { VirtualTime } from '../../../support/virtual-time.js';

function openSpool(maxBytes = 1_000_000): Spool {
  const spool = Spool.open({
    directory: '/spool',
    maxBytes,
    fileSystem: new MemoryFileSystem(),
    segmentOwners: new FakeSegmentOwners('me'),
    clock: new VirtualTime(),
    random: () => 0.5,
    report() {},
  });
  if (spool === undefined) throw new TypeError('unreachable: a disk in memory can be used');
  return spool;
}

const bytes = new Uint8Array(100);

describe('storeBatch', () => {
  it('appends a batch that is in memory only', () => {
    const spool = openSpool();
    const batch = createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', undefined);
    expect(storeBatch(batch, spool)).toMatchObject({ spanCount: 4, length: 100, state: 'waiting' });
  });

  it('marks the record of a batch that may have arrived', () => {
    const batch = createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', undefined);
    batch.mayHaveArrived = true;
    expect(storeBatch(batch, openSpool())).toMatchObject({ state: 'inFlight' });
  });

  it('reuses the record of a batch that is on disk', () => {
    const spool = openSpool();
    const record = spool.append({ bytes, spanCount: 4 });
    if (typeof record !== 'object') return expect.unreachable(record);
    const before = spool.bytes;
    expect(storeBatch(createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', record), spool)).toBe(record);
    expect(spool.bytes).toBe(before);
  });

  it('gives the parts of a split batch separate records, and completes the whole with the last part', () => {
    const spool = openSpool();
    const whole = spool.append({ bytes, spanCount: 4 });
    if (typeof whole !== 'object') return expect.unreachable(whole);
    const queued = createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', whole);
    queued.spoolCopy!.openParts = 2;
    const half = { ...queued, bytes: bytes.subarray(50), spanCount: 2 };
    expect(storeBatch(half, spool)).toMatchObject({ spanCount: 2, length: 50 });
    expect(whole.state).toBe('waiting');
    expect(storeBatch(half, spool)).toMatchObject({ spanCount: 2 });
    expect(whole.state).toBe('done');
  });

  it('keeps the record of the whole batch if there is no room for a part', () => {
    const spool = openSpool(150);
    const whole = spool.append({ bytes, spanCount: 4 });
    if (typeof whole !== 'object') return expect.unreachable(whole);
    const queued = createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', whole);
    expect(storeBatch({ ...queued, bytes: bytes.subarray(50), spanCount: 2 }, spool)).toBe(whole);
  });

  it('fails without a spool, and with a full one', () => {
    const batch = createQueuedBatch({ bytes, spanCount: 4 }, 1, 'queued', undefined);
    expect(storeBatch(batch, undefined)).toBe('broken');
    expect(storeBatch(batch, openSpool(50))).toBe('full');
  });
});

describe('a split batch at the end of a process', () => {
  it.each(['overflow', 'always'] as const)(
    "is stored without the parts that have arrived, in the mode '%s'",
    async mode => {
      const fileSystem = new MemoryFileSystem();
      const spool = { directory: '/spool', mode };
      const first = startDelivery({ spool }, { fileSystem, segmentOwners: new FakeSegmentOwners('first') });
      // Two of eight spans arrive, then the backend is busy.
      first.backend.maxSpans = 2;
      first.backend.behavior = () => (first.backend.accepted === 2 ? { status: 503 } : 'ok');
      first.endSpans(8);
      await first.time.advance(1_100);
      first.delivery.rescue();
      expect(first.delivery.stats()).toMatchObject({ sent: 2, spooled: 6, dropped: {} });
      const second = startDelivery({ spool }, { fileSystem, segmentOwners: new FakeSegmentOwners('second') });
      await second.time.advance(1_000);
      expect([...first.backend.received.keys(), ...second.backend.received.keys()]).toEqual(
        Array.from({ length: 8 }, (_, i) => `s${i}`),
      );
      // Each request of the first process had a response, so no span is in doubt.
      expect(second.delivery.stats()).toMatchObject({ replayed: 6, sent: 6, maybeDuplicated: 0 });
      second.delivery.rescue();
      expect(fileSystem.files.size).toBe(0);
    },
  );
});
