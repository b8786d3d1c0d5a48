// Shared by the tests of sampling with the Collector: its configuration, its log, sampling ratios, and waiting for spans.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The argument with which the Collector's tail sampling reads and writes thresholds in tracestate, and samples by them. */
export const THRESHOLDS = '--feature-gates=processor.tailsamplingprocessor.usetracestate';

/**
 * Returns the output of `trace collector-config` for one tier.
 *
 * @param {string} app the folder with the packed package
 * @param {'router' | 'sampler'} tier the tier of the Collector
 * @param {Record<string, string | number>} options by their names on the command line
 */
export async function printConfig(app, tier, options) {
  const program = join(app, 'node_modules/.bin/trace');
  const args = Object.entries({ tier, ...options }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run(program, ['collector-config', ...args]);
  return stdout;
}

/** Fails if the log of a Collector has a line at level warn or above. */
export function assertNoWarnings({ child }, name) {
  const lines = child.output.split('\n').filter(line => /^\S+\t(warn|error|fatal|panic)\t/i.test(line));
  assert.deepEqual(lines, [], `${name} has logged warnings`);
}

/**
 * Fails if the number of kept traces differs from the expected number by more than five standard deviations. Trace ids are random
 * here, so some runs in 10,000 exceed four. The tests with a seed use three.
 */
export function assertRatio(kept, of, ratio, what) {
  const [expected, sigma] = [of * ratio, Math.sqrt(of * ratio * (1 - ratio))];
  assert(
    Math.abs(kept - expected) <= 5 * sigma,
    `${what}: ${kept} of ${of} kept, expected ${Math.round(expected)} ± ${Math.round(5 * sigma)}`,
  );
}

/** The time between the end of the Collector's wait and the arrival of the spans. It decides once a second and then sends. */
export const DECISION_DELAY_MS = 2_500;

/** Waits until the count is at least `atLeast` and has not changed for `quietMs`. */
export async function waitUntilSettled(count, atLeast, quietMs = 1_500, limitMs = 240_000) {
  const end = performance.now() + limitMs;
  let [last, since] = [-1, performance.now()];
  while (performance.now() < end) {
    const now = count();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (now >= atLeast && performance.now() - since >= quietMs) return;
    await sleep(100);
  }
  throw new Error(`after ${limitMs / 1000} s the count is ${count()}, expected at least ${atLeast}`);
}

/** Groups items by a key. */
export function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
