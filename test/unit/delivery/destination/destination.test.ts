import { describe, expect, it } from 'vitest';
import { balance, startDelivery } from '../../../support/delivery-fixture.js';
import { FakeSegmentOwners, MemoryFileSystem } from '../../../support/memory-file-system.js';
import { settlePromises } from '../../../support/virtual-time.js';

const spool = { directory: '/spool' };

describe('a destination', () => {
  it('delivers a burst of 100,000 spans in one turn of the event loop', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    endSpans(100_000);
    await time.advance(1_000);
    expect(delivery.stats()).toMatchObject({ ended: 100_000, queued: 0, sent: 100_000, dropped: {} });
    expect(backend.received.size).toBe(100_000);
  });

  it('drops the oldest spans when the queue is full, and reports it once', async () => {
    const { backend, delivery, time, warnings, endSpans } = startDelivery({
      maxQueueBytes: 6_000,
      maxChunkBytes: 1_000,
    });
    backend.behavior = () => 'refuse';
    endSpans(500);
    await time.advance(2_000);
    const { dropped, queued } = delivery.stats();
    expect(dropped.queue_full).toBeGreaterThan(400);
    expect(queued).toBeGreaterThan(0);
    backend.behavior = () => 'ok';
    await time.advance(60_000);
    expect(backend.received.has('s499')).toBe(true);
    expect(warnings().filter(code => code === 'queue_full')).toHaveLength(1);
  });

  it('with a spool loses no span in an hour with ten outages of up to five minutes', async () => {
    const { backend, delivery, time, endSpans } = startDelivery(
      { maxQueueBytes: 200_000, spool },
      { fileSystem: new MemoryFileSystem(), segmentOwners: new FakeSegmentOwners('me') },
    );
    let ended = 0;
    let maxSpooled = 0;
    for (let second = 0; second < 3_600; second++) {
      // Every sixth minute begins an outage of 30 to 300 seconds.
      const outageSeconds = 30 + 30 * Math.floor(second / 360);
      const isOutage = second % 360 < outageSeconds;
      backend.behavior = () => (isOutage ? (second % 2 ? 'refuse' : { status: 503 }) : 'ok');
      endSpans(50, ended);
      ended += 50;
      await time.advance(1_000);
      maxSpooled = Math.max(maxSpooled, delivery.stats().spooled);
    }
    backend.behavior = () => 'ok';
    await time.advance(120_000);
    expect(maxSpooled).toBeGreaterThan(1_000);
    expect(delivery.stats()).toMatchObject({ ended, sent: ended, dropped: {}, queued: 0, spooled: 0 });
    expect(backend.received.size).toBe(ended);
  });

  it('counts what the spool has no room for as spool_full', async () => {
    const { backend, delivery, time, warnings, endSpans } = startDelivery(
      { maxQueueBytes: 2_000, maxChunkBytes: 1_000, spool: { ...spool, maxBytes: 3_000 } },
      { fileSystem: new MemoryFileSystem(), segmentOwners: new FakeSegmentOwners('me') },
    );
    backend.behavior = () => 'refuse';
    endSpans(200);
    await time.advance(1_000);
    const stats = delivery.stats();
    expect(stats.spooled).toBeGreaterThan(0);
    expect(stats.dropped.spool_full).toBeGreaterThan(0);
    expect(balance(stats)).toEqual([200, 200]);
    expect(warnings()).toContain('spool_full');
  });
});

describe('a flush', () => {
  it('waits until all spans that ended before it are delivered', async () => {
    const { backend, delivery, time, endSpans } = startDelivery({ maxChunkBytes: 1_000 });
    backend.latencyMs = 100;
    endSpans(50);
    let isDone = false;
    const flushed = delivery.flush(30_000).then(() => (isDone = true));
    await time.advance(200);
    expect(isDone).toBe(false);
    expect(backend.keepsAlive).toBe(true);
    await time.advance(5_000);
    await flushed;
    expect(delivery.stats()).toMatchObject({ sent: 50, queued: 0 });
    expect(backend.keepsAlive).toBe(false);
  });

  it('ends within its limit if the backend does not respond, and reports the rest', async () => {
    const { backend, delivery, time, captured, endSpans } = startDelivery();
    backend.behavior = () => 'hang_before';
    endSpans(7);
    const flushed = delivery.flush(3_000);
    await time.advance(3_000);
    await flushed;
    expect(time.keepsAlive).toBe(false);
    expect(captured.at(-1)).toMatchObject({
      level: 'warn',
      code: 'flush_incomplete',
      message: expect.stringContaining('7 spans wait in memory, 0 on disk'),
      source: 'otlp',
    });
  });

  it('does not wait for a backend that never responded', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.behavior = () => 'refuse';
    endSpans(1);
    const flushed = delivery.flush(3_000);
    await settlePromises();
    await flushed;
    expect(time.monotonicMs()).toBe(0);
  });

  it('repeats requests within its limit if the backend has responded before', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    endSpans(1);
    await time.advance(1_000);
    backend.behavior = request => (request < 3 ? 'refuse' : 'ok');
    endSpans(1, 1);
    const flushed = delivery.flush(3_000);
    await time.advance(3_000);
    await flushed;
    expect(delivery.stats().sent).toBe(2);
  });

  it('does not wait if the backend asked for a pause beyond the limit', async () => {
    const { backend, delivery, time, endSpans } = startDelivery();
    backend.behavior = () => ({ status: 429, retryAfter: '60' });
    endSpans(1);
    const flushed = delivery.flush(3_000);
    await settlePromises();
    await flushed;
    expect(time.monotonicMs()).toBe(0);
  });

  it('leaves nothing for another flush if it gave up, until the next span ends', async () => {
    const { backend, delivery, endSpans } = startDelivery();
    backend.behavior = () => 'refuse';
    endSpans(1);
    expect(delivery.isIdle()).toBe(false);
    await delivery.flush(3_000);
    expect(delivery.isIdle()).toBe(true);
    endSpans(1);
    expect(delivery.isIdle()).toBe(false);
  });
});

describe('a shutdown', () => {
  it('delivers 20,000 waiting spans', async () => {
    const { backend, delivery, endSpans } = startDelivery({ maxChunkBytes: 50_000 });
    endSpans(20_000);
    await delivery.shutdown(3_000);
    expect(delivery.stats()).toMatchObject({ sent: 20_000, queued: 0 });
    expect(backend.isClosed).toBe(true);
  });

  it('ends within its limit, counts the lost spans and reports them once', async () => {
    const { backend, delivery, time, captured, endSpans } = startDelivery();
    backend.behavior = () => 'hang_before';
    endSpans(5);
    const shutDown = delivery.shutdown(3_000);
    await time.advance(3_000);
    await shutDown;
    expect(delivery.stats()).toMatchObject({ queued: 0, dropped: { shutdown: 5 } });
    expect(captured).toEqual([
      expect.objectContaining({
        level: 'warn',
        code: 'spans_lost',
        message: expect.stringContaining('5 spans were lost'),
        source: 'otlp',
      }),
    ]);
    endSpans(1, 5);
    expect(delivery.stats()).toMatchObject({ ended: 6, dropped: { shutdown: 6 } });
  });

  it('stores the remaining spans, and the next process sends them', async () => {
    const fileSystem = new MemoryFileSystem();
    const first = startDelivery({ spool }, { fileSystem, segmentOwners: new FakeSegmentOwners('first') });
    first.backend.behavior = () => 'refuse';
    first.endSpans(5);
    await first.delivery.shutdown(3_000);
    expect(first.delivery.stats()).toMatchObject({ queued: 0, spooled: 5, dropped: {} });
    expect(first.captured.at(-1)).toMatchObject({ level: 'info', code: 'spans_spooled' });
    const second = startDelivery({ spool }, { fileSystem, segmentOwners: new FakeSegmentOwners('second') });
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ ended: 5, replayed: 5, sent: 5, spooled: 0 });
    await second.delivery.shutdown(0);
    expect(fileSystem.files.size).toBe(0);
  });

  it('stores the remaining spans synchronously while the process exits', () => {
    const fileSystem = new MemoryFileSystem();
    const { delivery, endSpans } = startDelivery(
      { spool },
      { fileSystem, segmentOwners: new FakeSegmentOwners('me') },
    );
    endSpans(3);
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ queued: 0, spooled: 3 });
    expect(fileSystem.openCount).toBe(0);
  });

  it('counts what the spool has no room for while the process exits as spool_full', () => {
    const { delivery, endSpans } = startDelivery(
      { spool: { ...spool, maxBytes: 100 } },
      { fileSystem: new MemoryFileSystem(), segmentOwners: new FakeSegmentOwners('me') },
    );
    endSpans(3);
    delivery.rescue();
    expect(delivery.stats()).toMatchObject({ queued: 0, spooled: 0, dropped: { spool_full: 3 } });
  });

  it('leaves spans that it is sending from the spool to the next process', async () => {
    const fileSystem = new MemoryFileSystem();
    let started = 0;
    const start = (owner: string): ReturnType<typeof startDelivery> => {
      // Different segment names, as those of real processes are.
      const random = ++started / 10;
      const segmentOwners = new FakeSegmentOwners(owner);
      return startDelivery({ spool }, { fileSystem, segmentOwners, random: () => random });
    };
    const first = start('first');
    first.endSpans(5);
    first.delivery.rescue();
    const second = start('second');
    second.backend.behavior = () => 'hang_before';
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ replayed: 5, spooled: 5, inFlight: 5 });
    second.delivery.rescue();
    expect(second.delivery.stats()).toMatchObject({ queued: 0, spooled: 5 });
    const third = start('third');
    await third.time.advance(10);
    expect(third.delivery.stats()).toMatchObject({ replayed: 5, sent: 5, maybeDuplicated: 5 });
  });
});
