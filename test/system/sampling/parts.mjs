// What the tests of sampling have in common: the command as users run it, ports, logs, and shares with their chance.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Lets tail sampling read and write thresholds in tracestate, and its share go by them where they are there. */
export const THRESHOLDS = '--feature-gates=processor.tailsamplingprocessor.usetracestate';

/**
 * What `trace collector-config` prints for one tier.
 *
 * @param {string} app the folder with the packed package
 * @param {'router' | 'sampler'} tier which
 * @param {Record<string, string | number>} options by their names on the command line
 */
export async function printed(app, tier, options) {
  const program = join(app, 'node_modules/.bin/trace');
  const args = Object.entries({ tier, ...options }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await run(program, ['collector-config', ...args]);
  return stdout;
}

/** Fails for each line in a Collector's log that is more than information. */
export function assertQuiet({ child }, name) {
  const lines = child.output.split('\n').filter(line => /^\S+\t(warn|error|fatal|panic)\t/i.test(line));
  assert.deepEqual(lines, [], `${name} complains`);
}

/**
 * Fails where a share is further from the expected one than chance brings it: five standard deviations, as trace ids are
 * random here, and four are exceeded by one run in some thousand. The seeded tests ask for three.
 */
export function assertShare(kept, of, ratio, what) {
  const [expected, sigma] = [of * ratio, Math.sqrt(of * ratio * (1 - ratio))];
  assert(
    Math.abs(kept - expected) <= 5 * sigma,
    `${what}: ${kept} of ${of} kept, expected ${Math.round(expected)} ± ${Math.round(5 * sigma)}`,
  );
}

/** By how much later than its wait the Collector decides: it looks once a second at what is due, and then sends. */
export const TICKS_MS = 2_500;

/** Waits until nothing has come for a while, and at least so much is there. */
export async function settled(count, atLeast, quietMs = 1_500, limitMs = 240_000) {
  const end = performance.now() + limitMs;
  let [last, since] = [-1, performance.now()];
  while (performance.now() < end) {
    const now = count();
    if (now !== last) [last, since] = [now, performance.now()];
    else if (now >= atLeast && performance.now() - since >= quietMs) return;
    await sleep(100);
  }
  throw new Error(`after ${limitMs / 1000} s ${count()} are there, expected at least ${atLeast}`);
}

/** A map from each answer to what it was given for. */
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
