// Delivery in real processes with faulty receivers, disks and concurrent processes.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExporterStats } from '../../../src/delivery/stats.js';
import { Harness, readNames, LONG_LIMIT } from './harness.js';

const harness = new Harness();
afterEach(() => harness.cleanUp());

const isRoot = process.getuid?.() === 0;
// Root can write to read-only directories. If the tests run as root, the application runs as the user nobody.
const UNPRIVILEGED = isRoot ? { uid: 65_534 } : {};

function expectBalance(stats: ExporterStats | undefined): void {
  const {
    ended = 0,
    unsampled = 0,
    queued = 0,
    spooled = 0,
    sent = 0,
    rejected = 0,
    dropped = {},
  } = stats ?? {};
  const lost = Object.values(dropped).reduce((sum, spans) => sum + spans, 0);
  expect(queued + spooled + sent + rejected + lost).toBe(ended - unsampled);
  expect(ended).toBeGreaterThan(0);
}

/** Returns the lines on stderr about the spool or its disk. */
function spoolLines(stderr: string): string[] {
  return stderr.split('\n').filter(line => /spool|disk|\.spans/.test(line));
}

describe('a receiver', () => {
  it('that is killed and restarted receives every span, and no span twice after a response', async () => {
    const file = join(harness.directory(), 'names');
    const first = await harness.receiverProcess(file);
    const endpoint = `http://127.0.0.1:${first.port}/v1/traces`;
    const app = harness.app({
      endpoint,
      end: 'return',
      onSignal: true,
      everyMs: 5,
      delivery: { intervalMs: 100, ...LONG_LIMIT },
    });
    await app.started();
    let receiver = first;
    for (const pauseMs of [700, 900, 800]) {
      await new Promise(resolve => setTimeout(resolve, pauseMs));
      receiver.child.kill('SIGKILL');
      await receiver.ended;
      // Waits until the application has reported the first outage.
      await app.waitForOutput(/\[trace\]/);
      await new Promise(resolve => setTimeout(resolve, pauseMs / 2));
      receiver = await harness.receiverProcess(file, first.port);
    }
    app.child.kill('SIGUSR2');
    const { code, stats, stderr } = await app.ended;
    expect(code).toBe(0);
    expectBalance(stats);
    const names = readNames(file);
    expect(new Set(names).size).toBe(stats?.ended);
    expect(stats?.sent).toBe(stats?.ended);
    expect(names.length - new Set(names).size).toBeLessThanOrEqual(stats?.maybeDuplicated ?? 0);
    expect(stderr).toMatch(/accepts spans again after/);
  });
});

/** Creates a directory with room for a few hundred kilobytes: a tmpfs if mounting is permitted, otherwise a file size limit. */
function smallDisk(): { directory: string; shell?: string } {
  const directory = harness.directory();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory], { stdio: 'ignore' });
    harness.onCleanUp(() => execFileSync('umount', [directory]));
    console.log('a full disk: tmpfs of 256 KiB');
    return { directory };
  } catch {
    // Mounting needs root, and some containers forbid it.
    console.log('a full disk: ulimit -f, because mounting is not permitted');
    return { directory, shell: 'ulimit -f 512' };
  }
}

describe('a disk', () => {
  it.each(['overflow', 'always'] as const)(
    'that is full in mode %s loses only the spans that do not fit, and reports it once',
    async mode => {
      const { directory, shell } = smallDisk();
      const { port, close, url } = await harness.receiver();
      close();
      const delivery = {
        spool: { directory, mode },
        maxQueueBytes: 100_000,
        maxChunkBytes: 16_384,
        ...LONG_LIMIT,
      };
      const options = shell === undefined ? {} : { shell };
      const { code, stats, stderr } = await harness.app(
        { endpoint: url, end: 'exit', spans: 20_000, delivery },
        options,
      ).ended;
      expect(code).toBe(3);
      expectBalance(stats);
      expect(stats?.spooled).toBeGreaterThan(100);
      expect(stats?.spooled).toBeLessThan(20_000);
      expect(spoolLines(stderr).filter(line => /is full|cannot be written/.test(line))).toHaveLength(1);

      const { names } = await harness.receiver(port);
      const next = await harness.app({ endpoint: url, end: 'return', spans: 50, prefix: 'n', delivery })
        .ended;
      expect(next.code).toBe(0);
      expect(next.stats).toMatchObject({ sent: (stats?.spooled ?? 0) + 50, spooled: 0, queued: 0 });
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it('that is full does not prevent delivery to a working backend', async () => {
    const { directory, shell } = smallDisk();
    const { url, names } = await harness.receiver();
    const delivery = { spool: { directory, mode: 'always' }, maxChunkBytes: 16_384, ...LONG_LIMIT } as const;
    const options = shell === undefined ? {} : { shell };
    const { code, stats, stderr } = await harness.app(
      { endpoint: url, end: 'return', spans: 20_000, delivery },
      options,
    ).ended;
    expect(code).toBe(0);
    expect(stats).toMatchObject({ sent: 20_000, dropped: {} });
    expect(names).toHaveLength(20_000);
    expect(spoolLines(stderr)).toHaveLength(1);
  });
});

describe('a spool directory', () => {
  it.each<[string, (directory: string) => string]>([
    [
      'is a file',
      directory => {
        const file = join(directory, 'file');
        writeFileSync(file, 'not a directory');
        return file;
      },
    ],
    [
      'is read-only',
      directory => {
        const closed = join(directory, 'closed');
        mkdirSync(closed);
        chmodSync(directory, 0o755);
        chmodSync(closed, 0o555);
        return closed;
      },
    ],
    [
      'belongs to another user',
      directory => {
        const foreign = join(directory, 'foreign');
        mkdirSync(foreign);
        chmodSync(directory, isRoot ? 0o755 : 0o700);
        chmodSync(foreign, isRoot ? 0o700 : 0o000);
        harness.onCleanUp(() => chmodSync(foreign, 0o700));
        return foreign;
      },
    ],
  ])('that %s is reported once with a fix, and everything is delivered', async (_, make) => {
    const { url, names } = await harness.receiver();
    const directory = make(harness.directory());
    const plan = { endpoint: url, end: 'return', spool: directory } as const;
    const { code, stderr } = await harness.app(plan, UNPRIVILEGED).ended;
    expect(code).toBe(0);
    expect(names).toHaveLength(100);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(
        /the spool directory .* cannot be used, .*\. Set delivery\.spool .* \[spool_unavailable\]$/,
      ),
    ]);
  });

  it('with foreign, damaged and newer files causes one message for each kind, and keeps foreign files', async () => {
    const { url, port, close } = await harness.receiver();
    close();
    const spool = harness.directory();
    await harness.app({ endpoint: url, spool, end: 'exit' }).ended;
    const [inner = ''] = readdirSync(spool);
    const inSpool = (name: string): string => join(spool, inner, name);
    writeFileSync(inSpool('README.txt'), 'foreign');
    writeFileSync(inSpool('notes.spans'), 'foreign, too');
    writeFileSync(inSpool('0a-1.free.spans'), Buffer.from('longer than a header, not a record'));
    const newer = Buffer.alloc(40);
    newer.write('DOTS');
    newer[5] = 9;
    writeFileSync(inSpool('0a-2.free.spans'), newer);
    mkdirSync(inSpool('0a-3.free.spans'));
    writeFileSync(inSpool('0a-4.free.spans'), '');
    const { names } = await harness.receiver(port);
    const { code, stderr, stats } = await harness.app({
      endpoint: url,
      spool,
      end: 'return',
      spans: 10,
      prefix: 'n',
    }).ended;
    expect(code).toBe(0);
    expect(names).toHaveLength(110);
    expect(stats).toMatchObject({ sent: 110, spooled: 0 });
    expect(stderr.match(/\[spool_segment_damaged\]/g)).toHaveLength(1);
    expect(stderr.match(/\[spool_segment_unreadable\]/g)).toHaveLength(1);
    expect(stderr.trim().split('\n')).toHaveLength(2);
    expect(existsSync(inSpool('README.txt')) && existsSync(inSpool('notes.spans'))).toBe(true);
    expect(readdirSync(join(spool, inner)).length).toBe(4);
  });

  it('that two running processes share loses no span of either, and delivers none twice', async () => {
    let open = false;
    let refusals = 0;
    let onRefusals = (): void => {};
    const refused = new Promise<void>(resolve => (onRefusals = resolve));
    const { url, names } = await harness.receiver(0, response => {
      response.writeHead(open ? 200 : 503).end();
      // By then both processes have retried without success and continue to create spans.
      if (!open && ++refusals === 6) onRefusals();
    });
    const spool = harness.directory();
    const plan = {
      endpoint: url,
      delivery: {
        spool: { directory: spool, mode: 'overflow' },
        maxQueueBytes: 20_000,
        maxChunkBytes: 4_096,
        ...LONG_LIMIT,
      },
    } as const;
    const both = ['a', 'b'].map(prefix =>
      harness.app({ ...plan, prefix, end: 'run', everyMs: 5, ownHandler: 'at once' }),
    );
    await Promise.all(both.map(app => app.started()));
    await refused;
    // A third process must not use the segments of running processes.
    open = true;
    names.length = 0;
    const third = await harness.app({ ...plan, prefix: 'c', spans: 5, end: 'return' }).ended;
    expect(third.stats).toMatchObject({ sent: 5, replayed: 0 });
    for (const { child } of both) child.kill('SIGTERM');
    const ended = await Promise.all(both.map(app => app.ended));
    const rest = await harness.app({ ...plan, spans: 0, end: 'return' }).ended;
    const spansEnded = ended.reduce((sum, { stats }) => sum + (stats?.ended ?? 0), 5);
    for (const { code, stats } of ended) {
      expect(code).toBe(7);
      expectBalance(stats);
      expect(stats?.dropped).toEqual({});
    }
    expect(rest.stats?.spooled).toBe(0);
    expect(new Set(names).size).toBe(spansEnded);
    // Only the spans of a request without a response at the end of the two processes may be sent twice.
    expect(names.length - spansEnded).toBeLessThanOrEqual(rest.stats?.maybeDuplicated ?? 0);
    expect(rest.stats?.maybeDuplicated).toBeLessThan(spansEnded / 4);
  });
});
