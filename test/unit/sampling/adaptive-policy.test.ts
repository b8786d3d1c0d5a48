// A constant number of traces a second under any load, in virtual time.

import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { createAdaptivePolicy } from '../../../src/sampling/adaptive-policy.js';
import { isKept } from '../../../src/spans/threshold.js';

const ROOT = { name: 'root', kind: SpanKind.INTERNAL, attributes: {} };

/** A small generator with a seed, so that a failure can be repeated (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the kept traces in each second of a load that changes every minute. Arrivals are random, as in production. */
function simulate(loads: readonly number[], seed: number): number[] {
  const random = createRandom(seed);
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const policy = createAdaptivePolicy({ perSecond: 50, clock });
  const kept = Array.from({ length: loads.length * 60 }, () => 0);
  loads.forEach((load, minute) => {
    const end = (minute + 1) * 60_000;
    if (load === 0) nowMs = end;
    for (;;) {
      const next = nowMs + (-Math.log(1 - random()) / Math.max(load, 1e-9)) * 1_000;
      if (next >= end) break;
      nowMs = next;
      const threshold = policy(ROOT);
      const randomness = [random(), random()]
        .map(each =>
          Math.floor(each * 2 ** 28)
            .toString(16)
            .padStart(7, '0'),
        )
        .join('');
      if (threshold !== undefined && isKept(randomness, threshold)) {
        const second = Math.floor(nowMs / 1_000);
        kept[second] = (kept[second] ?? 0) + 1;
      }
    }
    nowMs = end;
  });
  return kept;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe('a target of 50 traces a second', () => {
  const loads = [1, 100, 10_000, 100, 0, 10_000];
  const runs = [1, 2, 3].map(seed => simulate(loads, seed));

  it('is met within 20 % ten seconds after each change, and a lower load is kept whole', () => {
    for (const kept of runs) {
      loads.forEach((load, minute) => {
        const settled = sum(kept.slice(minute * 60 + 10, minute * 60 + 60)) / 50;
        if (load >= 50) expect(Math.abs(settled - 50)).toBeLessThan(10);
        else if (load === 0) expect(settled).toBe(0);
        else expect(Math.abs(settled - load)).toBeLessThan(0.6);
      });
    }
  });

  it('is exceeded by at most a factor of two in any ten seconds', () => {
    for (const kept of runs) {
      for (let at = 0; at + 10 <= kept.length; at++) {
        expect(sum(kept.slice(at, at + 10))).toBeLessThanOrEqual(1_000);
      }
    }
  });

  it('keeps every trace of a load below it', () => {
    expect(Math.abs(sum(simulate([20], 4)) - 1_200)).toBeLessThan(4 * Math.sqrt(1_200));
  });
});

it('a clock that goes back has no lasting effect', () => {
  let nowMs = 1_000_000;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const policy = createAdaptivePolicy({ perSecond: 50, clock });
  for (let i = 0; i < 1_000; i++) {
    nowMs += 1;
    policy(ROOT);
  }
  nowMs -= 900_000;
  expect(policy(ROOT)).toMatch(/^f[0-9a-f]+$/);
  nowMs += 1;
  expect(policy(ROOT)).toMatch(/^f[0-9a-f]+$/);
});

it('the option ratio is the largest ratio', () => {
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const policy = createAdaptivePolicy({ perSecond: 50, ratio: 0.5, clock });
  for (let i = 0; i < 10; i++) {
    nowMs += 1_000;
    expect(policy(ROOT)).toBe('8');
  }
});

it('the ratio after ten seconds of a steady load is the target over the rate', () => {
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const policy = createAdaptivePolicy({ perSecond: 50, clock });
  let threshold: string | undefined;
  // 500 traces a second: a tenth of them is kept, and the threshold of 0.1 is e666…
  for (let i = 0; i < 5_000; i++) {
    nowMs += 2;
    threshold = policy(ROOT);
  }
  expect(threshold).toMatch(/^e[67]/);
});

it('a ratio that changes by less than half a per cent keeps its threshold', () => {
  let nowMs = 0;
  const clock = { wallMs: () => nowMs, monotonicMs: () => nowMs };
  const policy = createAdaptivePolicy({ perSecond: 50, clock });
  const thresholds: (string | undefined)[] = [];
  for (let i = 0; i < 20_000; i++) {
    nowMs += i % 2 === 0 ? 1 : 3;
    thresholds.push(policy(ROOT));
  }
  expect(new Set(thresholds.slice(-10_000)).size).toBe(1);
});
