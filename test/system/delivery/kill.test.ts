// `kill -9` at fifty random instants, with a spool in mode 'always': at most the last second is lost, the next start
// sends the rest, and what the kill tore off is cut. Half of the victims have a backend that takes spans meanwhile.

import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Harness, LONG_LIMIT, type Receiver } from './harness.js';

const KILLS = 50;
const AT_ONCE = 10;
const INTERVAL_MS = 1_000;

const harness = new Harness();
afterEach(() => harness.cleanUp());

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Victim {
  readonly index: number;
  /** Milliseconds from its first sign of life to the kill. */
  readonly killMs: number;
  /** Whether its backend lives. */
  readonly live: boolean;
}

it('a process that is killed at any instant loses at most its last second', async () => {
  const seed = Number(process.env.TRACE_TEST_SEED ?? Date.now() % 2 ** 31);
  console.log(`kill -9 with TRACE_TEST_SEED=${seed}`);
  const random = seeded(seed);
  const victims = Array.from({ length: KILLS }, (_, index) => ({
    index,
    killMs: Math.round(random() * 2_500),
    live: random() < 0.5,
  }));
  const totals = { made: 0, due: 0, lost: 0, kept: 0, torn: 0 };
  const queue = [...victims];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let victim = queue.shift(); victim !== undefined; victim = queue.shift()) {
        const { made, due, lost, torn } = await killOne(victim);
        totals.due += due;
        totals.made += made;
        totals.lost += lost;
        totals.kept += made - lost;
        totals.torn += torn ? 1 : 0;
      }
    }),
  );
  console.log(`${KILLS} kills: ${JSON.stringify(totals)}`);
  // How much is lost is chance, and the machine's: each kill has been judged. That there was something to judge:
  expect(totals.due).toBeGreaterThan(100);
  expect(totals.torn).toBeGreaterThan(0);
});

async function killOne({
  index,
  killMs,
  live,
}: Victim): Promise<{ made: number; due: number; lost: number; torn: boolean }> {
  const receiver = await harness.receiver(0, live ? undefined : response => response.writeHead(503).end());
  const spool = harness.directory();
  const plan = { endpoint: receiver.url, spool, delivery: { intervalMs: INTERVAL_MS } };
  const { child, ended, started } = harness.app({ ...plan, end: 'run', prefix: `k${index}-`, everyMs: 10 });
  await started();
  await new Promise(resolve => setTimeout(resolve, killMs));
  child.kill('SIGKILL');
  const { signal, stdout } = await ended;
  expect(signal).toBe('SIGKILL');
  const early = live ? [...receiver.names] : [];
  receiver.close();

  // A kill may hit a write, and then has torn something itself.
  const byKill = segmentsIn(spool).some(path => !isWhole(readFileSync(path)));
  const torn = (index % 3 === 0 && tear(spool)) || byKill;
  const after = await harness.receiver(receiver.port);
  const delivery = { ...plan.delivery, ...LONG_LIMIT };
  const next = await harness.app({ ...plan, endpoint: after.url, end: 'return', spans: 0, delivery }).ended;
  expect(next.code).toBe(0);
  expect(next.stderr.includes('[spool_segment_damaged]')).toBe(torn);
  return { ...judge(stdout, early, after, next.stats?.maybeDuplicated ?? 0), torn };
}

/** Appends the first half of a record, as a kill in the middle of a write leaves it. */
function tear(spool: string): boolean {
  const [path] = segmentsIn(spool);
  if (path === undefined) return false;
  const bytes = readFileSync(path);
  if (bytes.length < 40) return false;
  appendFileSync(path, bytes.subarray(0, 33));
  return true;
}

function segmentsIn(spool: string): string[] {
  const names = readdirSync(spool, { recursive: true }).map(String);
  return names.filter(name => name.endsWith('.spans')).map(name => join(spool, name));
}

/** Whether a segment ends where its last record does: a header of 20 bytes each, with the length of the rest in it. */
function isWhole(bytes: Buffer): boolean {
  let offset = 0;
  while (offset + 20 <= bytes.length) offset += 20 + bytes.readUInt32LE(offset + 12);
  return offset === bytes.length;
}

function judge(
  stdout: string,
  early: readonly string[],
  { names }: Receiver,
  maybeDuplicated: number,
): { made: number; due: number; lost: number } {
  const lines = stdout
    .split('\n')
    .filter(text => /^\d+ [\d.]+ -?[\d.]+$/.test(text))
    .map(text => text.split(' ').map(Number) as [number, number, number]);
  const [made, lastMs, lateMs] = lines.at(-1) ?? [0, 0, 0];
  // A chunk is closed by a timer, which is as late as the event loop was; the rest of a round is made after it was told.
  const safe = Math.max(
    0,
    ...lines.filter(([, at]) => at < lastMs - INTERVAL_MS - Math.max(0, lateMs) - 20).map(([count]) => count),
  );
  const all = [...early, ...names];
  const seen = new Set(all);
  const numbers = new Set([...seen].map(name => Number(name.split('-')[1])));
  for (let i = 0; i < safe; i++) expect(numbers.has(i) || `span ${i} of ${safe} is lost`).toBe(true);
  expect(all.length - seen.size).toBeLessThanOrEqual(maybeDuplicated);
  return { made, due: safe, lost: Math.max(0, made - seen.size) };
}
