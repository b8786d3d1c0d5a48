import { describe, expect, it } from 'vitest';
import { makeSpan } from '../../../support/spans.js';
import {
  balance,
  FakeBackend,
  FakeOwners,
  makeWorld,
  MemoryFiles,
  settle,
  VirtualTime,
  type World,
} from '../../../support/delivery-fixture.js';

function end({ delivery }: World, count: number, from = 0): void {
  for (let i = 0; i < count; i++) delivery.processor.onEnd(makeSpan({ name: `s${from + i}` }));
}

const spooled = { directory: '/spool' };

describe('delivery', () => {
  it('sends a chunk when it is a second old', async () => {
    const world = makeWorld();
    end(world, 3);
    await world.time.advance(999);
    expect(world.delivery.stats()).toMatchObject({ ended: 3, queued: 3, sent: 0 });
    await world.time.advance(1);
    expect(world.delivery.stats()).toMatchObject({ ended: 3, queued: 0, sent: 3 });
    expect(world.backend.requests).toBe(1);
  });

  it('sends a chunk when it is full, and keeps each below the bound', async () => {
    const sizes: number[] = [];
    const time = new VirtualTime();
    const backend = new FakeBackend(time);
    const send = backend.send.bind(backend);
    backend.send = request => {
      sizes.push(request.body.length);
      return send(request);
    };
    const world = makeWorld({ maxChunkBytes: 10_000 }, { time, backend });
    end(world, 1_000);
    await time.advance(1_000);
    expect(backend.requests).toBeGreaterThan(5);
    for (const size of sizes) expect(size).toBeLessThan(10_200);
  });

  it('delivers a burst of 100,000 spans in one turn', async () => {
    const world = makeWorld();
    const before = process.memoryUsage();
    end(world, 100_000);
    const after = process.memoryUsage();
    const grown = after.rss - before.rss;
    console.log(`100,000 spans in one turn: ${(grown / 2 ** 20).toFixed(1)} MiB more resident memory`);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ ended: 100_000, queued: 0, sent: 100_000, dropped: {} });
    expect(world.backend.received.size).toBe(100_000);
  });

  it('retries for as long as the backend is away, and doubles the pause up to 30 seconds', async () => {
    const world = makeWorld({}, { random: () => 0.999_999 });
    world.backend.mood = () => 'refuse';
    end(world, 1);
    await world.time.advance(600_000);
    const pauses = world.backend.requestTimes
      .slice(1)
      .map((at, index) => Math.round(at - (world.backend.requestTimes[index] ?? 0)));
    expect(pauses.slice(0, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    world.backend.mood = () => 'ok';
    await world.time.advance(30_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 1, queued: 0, maybeDuplicated: 0 });
    expect(world.messages.filter(message => message.startsWith('warn'))).toHaveLength(1);
    expect(world.messages.at(-1)).toMatch(/takes spans again after \d+ s/);
  });

  it.each([
    ['120', 120_000],
    ['Thu, 20 Nov 2025 22:02:01 GMT', 120_000],
  ])('waits as long as Retry-After: %s says', async (retryAfter, ms) => {
    const world = makeWorld();
    world.backend.mood = request => (request === 0 ? { status: 503, retryAfter } : 'ok');
    end(world, 1);
    await world.time.advance(1_000);
    expect(world.backend.requests).toBe(1);
    await world.time.advance(ms - 1);
    expect(world.backend.requests).toBe(1);
    await world.time.advance(1_001);
    expect(world.delivery.stats()).toMatchObject({ sent: 1, retries: 1 });
  });

  it('splits a chunk that is too large for the backend until each part fits', async () => {
    const world = makeWorld();
    world.backend.maxSpans = 3;
    end(world, 20);
    await world.time.advance(5_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 20, dropped: {} });
    expect([...world.backend.received.values()].every(times => times === 1)).toBe(true);
  });

  it('drops a single span that the backend finds too large, and only that', async () => {
    const world = makeWorld();
    world.backend.maxSpans = 0;
    end(world, 2);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 0, dropped: { too_large: 2 } });
  });

  it.each([
    [400, /OTLP over HTTP/],
    [401, /key or token is missing or wrong; check the headers/],
    [403, /may not write/],
    [404, /\/v1\/traces/],
    [500, /refused/],
  ])('drops what is answered with %i, and says how to mend it once', async (status, message) => {
    const world = makeWorld();
    world.backend.mood = () => ({ status });
    for (let i = 0; i < 5; i++) {
      end(world, 2);
      await world.time.advance(1_000);
    }
    expect(world.delivery.stats()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 10 } });
    expect(world.messages).toHaveLength(1);
    expect(world.messages[0]).toMatch(message);
    expect(world.delivery.stats().lastError).toMatch(message);
  });

  it('takes a redirect for a mistake in the configuration, and does not show the secrets in it', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'redirect';
    end(world, 1);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ dropped: { rejected_by_backend: 1 } });
    expect(world.messages[0]).toMatch(/https:\/\/elsewhere\.test\/v1\/traces/);
    expect(world.messages[0]).not.toMatch(/secret/);
  });

  it('takes a web page for what it is, not for a success', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'html';
    end(world, 1);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 0, dropped: { rejected_by_backend: 1 } });
    expect(world.messages[0]).toMatch(/no OTLP receiver/);
  });

  it('counts what a partial success refuses, and does not send it again', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'partial';
    end(world, 4);
    await world.time.advance(60_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 3, rejected: 1, retries: 0 });
    expect(world.messages[0]).toMatch(/refused 1 span: too old/);
  });

  it('counts spans whose response was lost as maybe duplicated, once', async () => {
    const world = makeWorld();
    world.backend.mood = request => (request < 3 ? 'reset_after' : 'ok');
    end(world, 4);
    await world.time.advance(60_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 4, retries: 3, maybeDuplicated: 4 });
  });

  it('gives up on a request that gets no answer within the time-out, and sends it again', async () => {
    const world = makeWorld({ timeoutMs: 5_000 });
    world.backend.mood = request => (request === 0 ? 'hang_before' : 'ok');
    end(world, 1);
    await world.time.advance(5_999);
    expect(world.delivery.stats().lastError).toBeUndefined();
    await world.time.advance(2_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 1, retries: 1 });
  });

  it('drops the oldest when memory is full, and says so once', async () => {
    const world = makeWorld({ maxQueueBytes: 6_000, maxChunkBytes: 1_000 });
    world.backend.mood = () => 'refuse';
    end(world, 500);
    await world.time.advance(2_000);
    const stats = world.delivery.stats();
    expect(stats.dropped.queue_full).toBeGreaterThan(400);
    expect(stats.queued).toBeGreaterThan(0);
    world.backend.mood = () => 'ok';
    await world.time.advance(60_000);
    expect(world.backend.received.has('s499')).toBe(true);
    expect(world.messages.filter(message => message.includes('maxQueueBytes'))).toHaveLength(1);
  });

  it('loses nothing in an hour with ten outages of up to five minutes when it has a spool', async () => {
    const files = new MemoryFiles();
    const world = makeWorld(
      { maxQueueBytes: 200_000, spool: spooled },
      { fileSystem: files, segmentOwners: new FakeOwners('me') },
    );
    let ended = 0;
    let spooledAtMost = 0;
    for (let second = 0; second < 3_600; second++) {
      // Every sixth minute begins an outage of 30 to 300 seconds.
      const intoOutage = second % 360;
      const long = 30 + 30 * Math.floor(second / 360);
      world.backend.mood = () => (intoOutage < long ? (second % 2 ? 'refuse' : { status: 503 }) : 'ok');
      end(world, 50, ended);
      ended += 50;
      await world.time.advance(1_000);
      spooledAtMost = Math.max(spooledAtMost, world.delivery.stats().spooled);
    }
    world.backend.mood = () => 'ok';
    await world.time.advance(120_000);
    expect(spooledAtMost).toBeGreaterThan(1_000);
    expect(world.delivery.stats()).toMatchObject({ ended, sent: ended, dropped: {}, queued: 0, spooled: 0 });
    expect(world.backend.received.size).toBe(ended);
  });

  it('names the receiver and the option at the first refusal of the default endpoint, once', async () => {
    const world = makeWorld({}, { endpoint: new URL('http://localhost:4318/v1/traces') });
    world.backend.mood = () => 'refuse';
    end(world, 1);
    await world.time.advance(1_000);
    expect(world.backend.requests).toBe(1);
    expect(world.messages).toHaveLength(1);
    expect(world.messages[0]).toMatch(/npx @do\/trace view/);
    expect(world.messages[0]).toMatch(/`exporter`/);
    await world.time.advance(3_600_000);
    const flushed = world.delivery.shutdown(3_000);
    await world.time.advance(3_000);
    await flushed;
    expect(world.messages).toHaveLength(1);
    expect(world.delivery.stats()).toMatchObject({ dropped: { shutdown: 1 }, queued: 0 });
  });
});

describe('a flush', () => {
  it('waits until everything that ended before it is delivered', async () => {
    const world = makeWorld({ maxChunkBytes: 1_000 });
    world.backend.latencyMs = 100;
    end(world, 50);
    let done = false;
    const flushed = world.delivery.flush(30_000).then(() => (done = true));
    await world.time.advance(200);
    expect(done).toBe(false);
    expect(world.backend.held).toBe(true);
    await world.time.advance(5_000);
    await flushed;
    expect(world.delivery.stats()).toMatchObject({ sent: 50, queued: 0 });
    expect(world.backend.held).toBe(false);
  });

  it('ends within its limit when the backend hangs, and says what still waits', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'hang_before';
    end(world, 7);
    const flushed = world.delivery.flush(3_000);
    await world.time.advance(3_000);
    await flushed;
    expect(world.time.keepsAlive).toBe(false);
    expect(world.messages.at(-1)).toMatch(/7 spans wait in memory/);
  });

  it('does not wait for a backend that never answered and refuses', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'refuse';
    end(world, 1);
    const flushed = world.delivery.flush(3_000);
    await settle();
    await flushed;
    expect(world.time.monotonicMs()).toBe(0);
  });

  it('tries again within its limit when the backend has answered before', async () => {
    const world = makeWorld();
    end(world, 1);
    await world.time.advance(1_000);
    world.backend.mood = request => (request < 3 ? 'refuse' : 'ok');
    end(world, 1, 1);
    const flushed = world.delivery.flush(3_000);
    await world.time.advance(3_000);
    await flushed;
    expect(world.delivery.stats().sent).toBe(2);
  });

  it('does not wait when the backend asked for a longer pause than there is time', async () => {
    const world = makeWorld();
    world.backend.mood = () => ({ status: 429, retryAfter: '60' });
    end(world, 1);
    const flushed = world.delivery.flush(3_000);
    await settle();
    await flushed;
    expect(world.time.monotonicMs()).toBe(0);
  });
});

describe('a shutdown', () => {
  it('delivers 20,000 waiting spans', async () => {
    const world = makeWorld({ maxChunkBytes: 50_000 });
    end(world, 20_000);
    await world.delivery.shutdown(3_000);
    expect(world.delivery.stats()).toMatchObject({ sent: 20_000, queued: 0 });
    expect(world.backend.closed).toBe(true);
  });

  it('ends within its limit, counts what is lost, and says so in one line', async () => {
    const world = makeWorld();
    world.backend.mood = () => 'hang_before';
    end(world, 5);
    const ended = world.delivery.shutdown(3_000);
    await world.time.advance(3_000);
    await ended;
    expect(world.delivery.stats()).toMatchObject({ queued: 0, dropped: { shutdown: 5 } });
    expect(world.messages).toHaveLength(1);
    expect(world.messages[0]).toMatch(/5 spans were lost at the end/);
    end(world, 1, 5);
    expect(world.delivery.stats()).toMatchObject({ ended: 6, dropped: { shutdown: 6 } });
  });

  it('puts what is left on disk, where the next process finds it and sends it', async () => {
    const files = new MemoryFiles();
    const first = makeWorld({ spool: spooled }, { fileSystem: files, segmentOwners: new FakeOwners('first') });
    first.backend.mood = () => 'refuse';
    end(first, 5);
    await first.delivery.shutdown(3_000);
    expect(first.delivery.stats()).toMatchObject({ queued: 0, spooled: 5, dropped: {} });
    const second = makeWorld({ spool: spooled }, { fileSystem: files, segmentOwners: new FakeOwners('second') });
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ ended: 5, replayed: 5, sent: 5, spooled: 0 });
    await second.delivery.shutdown(0);
    expect(files.files.size).toBe(0);
  });

  it('rescues synchronously while the process exits', () => {
    const files = new MemoryFiles();
    const world = makeWorld({ spool: spooled }, { fileSystem: files, segmentOwners: new FakeOwners('me') });
    end(world, 3);
    world.delivery.rescue();
    expect(world.delivery.stats()).toMatchObject({ queued: 0, spooled: 3 });
    expect(files.openCount).toBe(0);
  });
});

describe("the spool in mode 'always'", () => {
  const always = { directory: '/spool', mode: 'always' as const };

  it('has every span on disk a second after it ended, whatever happens to the process', async () => {
    const files = new MemoryFiles();
    const segmentOwners = new FakeOwners('first');
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners });
    world.backend.mood = () => 'hang_before';
    end(world, 5);
    await world.time.advance(1_000);
    end(world, 5, 5);
    await world.time.advance(1_000);
    // kill -9: nothing of ours runs any more.
    files.afterCrash();
    const next = new FakeOwners('second');
    const second = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: next });
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ replayed: 10, sent: 10, maybeDuplicated: 5 });
  });

  it.each(['overflow', 'always'] as const)(
    "keeps of a chunk that was split only the parts that have not arrived, in mode '%s'",
    async mode => {
      const files = new MemoryFiles();
      const first = makeWorld(
        { spool: { directory: '/spool', mode } },
        { fileSystem: files, segmentOwners: new FakeOwners('first') },
      );
      // Two of eight spans arrive, then the backend is busy.
      first.backend.maxSpans = 2;
      first.backend.mood = () => (first.backend.accepted === 2 ? { status: 503 } : 'ok');
      end(first, 8);
      await first.time.advance(1_100);
      first.delivery.rescue();
      expect(first.delivery.stats()).toMatchObject({ sent: 2, spooled: 6, dropped: {} });
      const second = makeWorld(
        { spool: { directory: '/spool', mode } },
        { fileSystem: files, segmentOwners: new FakeOwners('second') },
      );
      await second.time.advance(1_000);
      expect([...first.backend.received.keys(), ...second.backend.received.keys()]).toEqual(
        Array.from({ length: 8 }, (_, i) => `s${i}`),
      );
      // Each request of the first had an answer: nothing is in doubt.
      expect(second.delivery.stats()).toMatchObject({ replayed: 6, sent: 6, maybeDuplicated: 0 });
      second.delivery.rescue();
      expect(files.files.size).toBe(0);
    },
  );

  it('leaves alone what a living process owns', async () => {
    const files = new MemoryFiles();
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('first') });
    world.backend.mood = () => 'refuse';
    end(world, 5);
    await world.time.advance(1_000);
    const neighbour = new FakeOwners('second');
    neighbour.alive.add('first');
    const second = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: neighbour });
    await second.time.advance(120_000);
    expect(second.delivery.stats()).toMatchObject({ replayed: 0 });
    neighbour.alive.delete('first');
    await second.time.advance(31_000);
    expect(second.delivery.stats()).toMatchObject({ replayed: 5, sent: 5 });
  });

  it('cuts a torn tail and keeps the rest', async () => {
    const files = new MemoryFiles();
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('first') });
    world.backend.mood = () => 'refuse';
    for (let i = 0; i < 3; i++) {
      end(world, 1, i);
      await world.time.advance(1_000);
    }
    files.afterCrash();
    const [[path, content]] = [...files.files] as [[string, Buffer]];
    for (let size = content.length; size >= 0; size -= 7) {
      const copy = new MemoryFiles();
      copy.files.set(path, Buffer.from(content.subarray(0, size)));
      const second = makeWorld({ spool: always }, { fileSystem: copy, segmentOwners: new FakeOwners('second') });
      await second.time.advance(10);
      const { sent, replayed } = second.delivery.stats();
      expect(sent).toBe(replayed);
      expect(sent).toBe(Math.floor((3 * size) / content.length));
    }
  });

  it('counts what was changed on disk as corrupt, and sends the rest', async () => {
    const files = new MemoryFiles();
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('first') });
    world.backend.mood = () => 'refuse';
    for (let i = 0; i < 3; i++) {
      end(world, 1, i);
      await world.time.advance(1_000);
    }
    files.afterCrash();
    const [content] = [...files.files.values()] as [Buffer];
    content[60] = (content[60] ?? 0) ^ 0xff;
    files.files.set('/spool/notes.txt', Buffer.from('not ours'));
    const second = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('second') });
    await second.time.advance(10);
    expect(second.delivery.stats()).toMatchObject({ replayed: 3, sent: 2, dropped: { spool_corrupt: 1 } });
    expect(files.files.has('/spool/notes.txt')).toBe(true);
  });

  it.each([
    ['EROFS', /cannot be used/],
    ['ENOTDIR', /cannot be used/],
  ])('goes on in memory with one message when the directory fails with %s', async (code, message) => {
    const files = new MemoryFiles();
    files.failWith = code;
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('me') });
    for (let i = 0; i < 3; i++) {
      end(world, 1, i);
      await world.time.advance(1_000);
    }
    expect(world.delivery.stats()).toMatchObject({ sent: 3 });
    expect(world.messages).toHaveLength(1);
    expect(world.messages[0]).toMatch(message);
  });

  it('goes on in memory with one message when the disk is full, and leaves no half record', async () => {
    const files = new MemoryFiles();
    const world = makeWorld({ spool: always }, { fileSystem: files, segmentOwners: new FakeOwners('me') });
    files.capacity = 50;
    for (let i = 0; i < 3; i++) {
      end(world, 1, i);
      await world.time.advance(1_000);
    }
    expect(world.delivery.stats()).toMatchObject({ sent: 3, dropped: {} });
    expect(world.messages).toHaveLength(1);
    expect(world.messages[0]).toMatch(/disk .* is full/);
    for (const content of files.files.values()) expect(content).toHaveLength(0);
  });
});

describe('a span', () => {
  it('of 70 MB is dropped as too large, and the others go on', async () => {
    const world = makeWorld();
    end(world, 1);
    world.delivery.processor.onEnd(makeSpan({ attributes: { body: 'x'.repeat(70 * 1024 * 1024) } }));
    end(world, 1, 1);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ ended: 3, sent: 2, dropped: { too_large: 1 } });
  });

  it('whose values throw is counted as unreadable, and the others go on', async () => {
    const world = makeWorld();
    end(world, 1);
    const attributes = Object.defineProperty({}, 'boom', {
      enumerable: true,
      get() {
        throw new Error('boom');
      },
    });
    world.delivery.processor.onEnd(makeSpan({ attributes }));
    end(world, 1, 1);
    await world.time.advance(1_000);
    expect(world.delivery.stats()).toMatchObject({ ended: 3, sent: 2, dropped: { unreadable: 1 } });
    expect(balance(world.delivery.stats())[0]).toBe(3);
  });

  it('is shown to shape, and does not leave when that fails', async () => {
    const world = makeWorld(
      {},
      {
        shape(span) {
          if (span.name === 's1') throw new Error('cannot hide it');
          return { ...span, name: `hidden ${span.name}` };
        },
      },
    );
    end(world, 2);
    await world.time.advance(1_000);
    expect([...world.backend.received.keys()]).toEqual(['hidden s0']);
    expect(world.delivery.stats()).toMatchObject({ dropped: { unreadable: 1 } });
  });
});
