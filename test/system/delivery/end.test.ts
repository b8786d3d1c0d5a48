// A finished script is never kept alive: whatever the backend does, it ends within its limit, and at once after its
// last flush.

import { afterEach, describe, expect, it } from 'vitest';
import { Harness, markIn } from './harness.js';

const harness = new Harness();
afterEach(() => harness.cleanUp());

const LIMIT_MS = 3_000;

const backends: readonly [string, () => Promise<string>, 'all' | 'none'][] = [
  ['takes everything', async () => (await harness.receiver()).url, 'all'],
  ['accepts and never answers', () => harness.silent(), 'none'],
  ['swallows connections', () => harness.blackHole(), 'none'],
  [
    'refuses',
    async () => {
      const { url, close } = await harness.receiver();
      close();
      return url;
    },
    'none',
  ],
  [
    'asks for a long pause',
    async () =>
      (await harness.receiver(0, response => response.writeHead(429, { 'retry-after': '600' }).end())).url,
    'none',
  ],
];

describe.each(backends)('before a backend that %s', (_, start, outcome) => {
  it('a finished script ends within the limit', async () => {
    const endpoint = await start();
    const { code, stats, stdout } = await harness.app({ endpoint, end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stats).toMatchObject(
      outcome === 'all' ? { sent: 100, dropped: {} } : { sent: 0, dropped: { shutdown: 100 } },
    );
    // By the clock of the process, from the end of its work on; beside the limit: that the machine is busy.
    const tookMs = markIn(stdout, 'exit').atMs - markIn(stdout, 'finished').atMs;
    expect(tookMs).toBeLessThan(LIMIT_MS + 2_000);
  });

  it('a finished script ends within 100 ms of its last flush', async () => {
    const endpoint = await start();
    const { code, stdout } = await harness.app({ endpoint, end: 'flush' }).ended;
    expect(code).toBe(0);
    const [flushed, exit] = [markIn(stdout, 'flushed'), markIn(stdout, 'exit')];
    // What it waits for keeps it; that it gets no processor on a busy machine is no fault of ours, within a second.
    expect(exit.idleMs - flushed.idleMs).toBeLessThanOrEqual(100);
    expect(exit.atMs - flushed.atMs).toBeLessThan(1_000);
  });
});
