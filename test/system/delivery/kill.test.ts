// `kill -9` at fifty random times, with a spool in mode 'always'. At most the last second is lost, the next start sends the rest,
// and incomplete records are truncated. Half of the processes have a working backend.

import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Harness, LONG_LIMIT } from './harness.js';

const KILLS = 50;
const CONCURRENCY = 10;
const INTERVAL_MS = 1_000;

const harness = new Harness();
afterEach(() => harness.cleanUp());

/** Returns a generator of pseudo-random numbers in [0, 1) with a seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface KillCase {
  readonly index: number;
  /** Milliseconds from the first output of the process to the kill. */
  readonly killMs: number;
  readonly isBackendUp: boolean;
}

/** The result of one kill, in spans. */
interface KillResult {
  readonly ended: number;
  /** The spans that must not be lost. */
  readonly safe: number;
  readonly lost: number;
}

it('a process that is killed at any time loses at most its last second', async () => {
  const seed = Number(process.env.TRACE_TEST_SEED ?? Date.now() % 2 ** 31);
  console.log(`kill -9 with TRACE_TEST_SEED=${seed}`);
  const random = seededRandom(seed);
  const queue: KillCase[] = Array.from({ length: KILLS }, (_, index) => ({
    index,
    killMs: Math.round(random() * 2_500),
    isBackendUp: random() < 0.5,
  }));
  const totals = { ended: 0, safe: 0, lost: 0, delivered: 0, incompleteSegments: 0 };
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const { ended, safe, lost, hasIncompleteSegment } = await killProcess(next);
        totals.safe += safe;
        totals.ended += ended;
        totals.lost += lost;
        totals.delivered += ended - lost;
        totals.incompleteSegments += hasIncompleteSegment ? 1 : 0;
      }
    }),
  );
  console.log(`${KILLS} kills: ${JSON.stringify(totals)}`);
  // The number of lost spans depends on chance and on the machine. These lines check that the kills tested something.
  expect(totals.safe).toBeGreaterThan(100);
  expect(totals.incompleteSegments).toBeGreaterThan(0);
});

async function killProcess({
  index,
  killMs,
  isBackendUp,
}: KillCase): Promise<KillResult & { readonly hasIncompleteSegment: boolean }> {
  const respond = isBackendUp ? undefined : (response: ServerResponse) => response.writeHead(503).end();
  const receiver = await harness.receiver(0, respond);
  const spool = harness.directory();
  const plan = { endpoint: receiver.url, spool, delivery: { intervalMs: INTERVAL_MS } };
  const { child, ended, started } = harness.app({ ...plan, end: 'run', prefix: `k${index}-`, everyMs: 10 });
  await started();
  await new Promise(resolve => setTimeout(resolve, killMs));
  child.kill('SIGKILL');
  const { signal, stdout } = await ended;
  expect(signal).toBe('SIGKILL');
  const namesBefore = isBackendUp ? [...receiver.names] : [];
  receiver.close();

  // The kill itself may interrupt a write.
  const isWriteInterrupted = segmentsIn(spool).some(path => !isComplete(readFileSync(path)));
  const hasIncompleteSegment = (index % 3 === 0 && appendIncompleteRecord(spool)) || isWriteInterrupted;
  const receiverAfter = await harness.receiver(receiver.port);
  const delivery = { ...plan.delivery, ...LONG_LIMIT };
  const next = await harness.app({ ...plan, endpoint: receiverAfter.url, end: 'return', spans: 0, delivery })
    .ended;
  expect(next.code).toBe(0);
  expect(next.stderr.includes('[spool_segment_damaged]')).toBe(hasIncompleteSegment);
  const names = [...namesBefore, ...receiverAfter.names];
  return { ...checkNames(names, stdout, next.stats?.maybeDuplicated ?? 0), hasIncompleteSegment };
}

/** Appends the first half of a record, like a kill in the middle of a write. */
function appendIncompleteRecord(spool: string): boolean {
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

/** Returns whether a segment ends with a complete record. Its header has 20 bytes and contains the length of the rest. */
function isComplete(bytes: Buffer): boolean {
  let offset = 0;
  while (offset + 20 <= bytes.length) offset += 20 + bytes.readUInt32LE(offset + 12);
  return offset === bytes.length;
}

function checkNames(names: readonly string[], stdout: string, maybeDuplicated: number): KillResult {
  const lines = stdout
    .split('\n')
    .filter(text => /^\d+ [\d.]+ -?[\d.]+$/.test(text))
    .map(text => text.split(' ').map(Number) as [number, number, number]);
  const [ended, lastMs, delayMs] = lines.at(-1) ?? [0, 0, 0];
  // A timer closes a batch, so the delay of the event loop delays the batch. 20 ms are added for the rest of a round.
  const safe = Math.max(
    0,
    ...lines
      .filter(([, at]) => at < lastMs - INTERVAL_MS - Math.max(0, delayMs) - 20)
      .map(([count]) => count),
  );
  const distinct = new Set(names);
  const numbers = new Set([...distinct].map(name => Number(name.split('-')[1])));
  for (let i = 0; i < safe; i++) expect(numbers.has(i) || `span ${i} of ${safe} is lost`).toBe(true);
  expect(names.length - distinct.size).toBeLessThanOrEqual(maybeDuplicated);
  return { ended, safe, lost: Math.max(0, ended - distinct.size) };
}
