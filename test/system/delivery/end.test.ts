// Delivery does not keep a finished script alive: with any backend the script ends within the limit, and at once after its last
// flush.

import { afterEach, describe, expect, it } from 'vitest';
import { Harness, readMark } from './harness.js';

const harness = new Harness();
afterEach(() => harness.cleanUp());

const LIMIT_MS = 3_000;

const backends: readonly [string, () => Promise<string>, 'all' | 'none'][] = [
  ['accepts everything', async () => (await harness.receiver()).url, 'all'],
  ['accepts connections and never responds', () => harness.silentServer(), 'none'],
  ['never completes a connection', () => harness.unconnectableServer(), 'none'],
  [
    'refuses connections',
    async () => {
      const { url, close } = await harness.receiver();
      close();
      return url;
    },
    'none',
  ],
  [
    'requires a long pause',
    async () =>
      (await harness.receiver(0, response => response.writeHead(429, { 'retry-after': '600' }).end())).url,
    'none',
  ],
];

describe.each(backends)('with a backend that %s', (_, start, outcome) => {
  it('a finished script ends within the limit', async () => {
    const endpoint = await start();
    const { code, stats, stdout } = await harness.app({ endpoint, end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stats).toMatchObject(
      outcome === 'all' ? { sent: 100, dropped: {} } : { sent: 0, dropped: { shutdown: 100 } },
    );
    // Measured by the process from the end of its work. Two seconds are added for a busy machine.
    const tookMs = readMark(stdout, 'exit').atMs - readMark(stdout, 'finished').atMs;
    expect(tookMs).toBeLessThan(LIMIT_MS + 2_000);
  });

  it('a finished script ends within 100 ms of its last flush', async () => {
    const endpoint = await start();
    const { code, stdout } = await harness.app({ endpoint, end: 'flush' }).ended;
    expect(code).toBe(0);
    const [flushed, exit] = [readMark(stdout, 'flushed'), readMark(stdout, 'exit')];
    // Idle time is time that the process waits for something. A busy machine may add up to a second without processor time.
    expect(exit.idleMs - flushed.idleMs).toBeLessThanOrEqual(100);
    expect(exit.atMs - flushed.atMs).toBeLessThan(1_000);
  });
});
