// Delivery in real processes, for each way in which a process can end except `kill -9`.

import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { Harness, readMark, LONG_LIMIT } from './harness.js';

const harness = new Harness();
afterEach(() => harness.cleanUp());

const spoolFiles = (directory: string): unknown[] =>
  readdirSync(directory, { recursive: true }).filter(name => String(name).endsWith('.spans'));

/** Expects `count` span names without duplicates. */
function expectDistinct(names: readonly string[], count: number): void {
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(count);
}

describe('a process', () => {
  it('that finishes delivers everything and exits by itself', async () => {
    const { url, names } = await harness.receiver();
    const { code, stderr } = await harness.app({ endpoint: url, end: 'return' }).ended;
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expectDistinct(names, 100);
  });

  it('that finishes while the backend never responds ends within the limit and reports the lost spans', async () => {
    const { code, stdout, stderr, stats } = await harness.app({
      endpoint: await harness.silentServer(),
      end: 'return',
    }).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/100 spans were lost at shutdown/);
    expect(stats).toMatchObject({ ended: 100, queued: 0, dropped: { shutdown: 100 } });
    const tookMs = readMark(stdout, 'exit').atMs - readMark(stdout, 'finished').atMs;
    expect(tookMs).toBeGreaterThan(2_900);
    expect(tookMs).toBeLessThan(5_000);
  });

  it('ends after its last flush although the backend never responds', async () => {
    const { code, stdout } = await harness.app({ endpoint: await harness.silentServer(), end: 'flush' })
      .ended;
    expect(code).toBe(0);
    // A second flush at the end would take three more seconds.
    expect(readMark(stdout, 'exit').atMs - readMark(stdout, 'flushed').atMs).toBeLessThan(2_000);
  });

  it('that calls process.exit() leaves its spans in the spool, and the next process sends them', async () => {
    const { url, port, close } = await harness.receiver();
    close();
    const spool = harness.directory();
    const { code, stderr, stats } = await harness.app({ endpoint: url, spool, end: 'exit' }).ended;
    expect(code).toBe(3);
    expect(stderr).toMatch(/100 spans wait on disk/);
    expect(stats).toMatchObject({ spooled: 100, dropped: {} });
    const { names } = await harness.receiver(port);
    const next = await harness.app({ endpoint: url, spool, end: 'return', spans: 0 }).ended;
    expectDistinct(names, 100);
    expect(next.stats).toMatchObject({ replayed: 100, sent: 100, maybeDuplicated: 0 });
    expect(spoolFiles(spool)).toEqual([]);
  });

  it.each(['exit', 'throw'] as const)(
    'that ends by %s during its work loses no span, because the next process sends the rest',
    async end => {
      const { url, names, receivedFirst } = await harness.receiver();
      const spool = harness.directory();
      const { child, ended } = harness.app({ endpoint: url, spool, end, onSignal: true, everyMs: 5 });
      await receivedFirst();
      child.kill('SIGUSR2');
      const { code, stdout, stderr, stats } = await ended;
      expect(code).toBe(end === 'exit' ? 3 : 1);
      if (end === 'throw') expect(stderr).toMatch(/Error: uncaught/);
      const spansEnded = stats?.ended ?? 0;
      expect(spansEnded).toBeGreaterThan(120);
      expect(stdout).toContain(`\n${spansEnded} `);
      expect(names.length).toBeGreaterThan(0);
      expect(names.length).toBeLessThan(spansEnded);
      const next = await harness.app({ endpoint: url, spool, end: 'return', spans: 0, delivery: LONG_LIMIT })
        .ended;
      expect(new Set(names).size).toBe(spansEnded);
      expect(names.length - spansEnded).toBeLessThanOrEqual(next.stats?.maybeDuplicated ?? 0);
      expect(spoolFiles(spool)).toEqual([]);
    },
  );

  it('that receives SIGTERM delivers everything and is terminated by the signal', async () => {
    const { url, names } = await harness.receiver();
    const { child, ended, waitForOutput } = harness.app({ endpoint: url, end: 'run' });
    // Spans that end after the signal, during the flush, may be lost.
    const [, spansEnded] = await waitForOutput(/^(\d+) [\d.]+ /m);
    child.kill('SIGTERM');
    const { signal } = await ended;
    expect(signal).toBe('SIGTERM');
    expect(names.length).toBeGreaterThanOrEqual(Number(spansEnded));
    expect(names.length).toBeGreaterThanOrEqual(120);
    expect(new Set(names).size).toBe(names.length);
  });

  it('that receives SIGTERM and has its own handler ends with the exit code of the handler', async () => {
    const { url, names } = await harness.receiver();
    const { child, ended, started } = harness.app({ endpoint: url, end: 'run', ownHandler: 'after a flush' });
    await started();
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    expect(code).toBe(7);
    expect(stdout).toMatch(/own handler/);
    expect(names.length).toBeGreaterThanOrEqual(100);
  });
});
